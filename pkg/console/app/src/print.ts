import { api, ask, type Problem } from "./api";

type Printed = { id: string; number: string };

/** pdf is the document as a file. A link cannot carry the token, so it is fetched and becomes an address of this tab. */
async function pdf(id: string): Promise<{ url: string; name: string | undefined }> {
  let name: string | undefined;
  const blob = await ask(async () => {
    const answer = await api.GET("/v1/orders/{id}/print", {
      params: { path: { id }, query: { format: "pdf" } }, parseAs: "blob", headers: { Accept: "application/pdf, application/problem+json" },
    });
    name = /filename="([^"]+)"/.exec(answer.response.headers.get("Content-Disposition") ?? "")?.[1];
    return answer as { data?: Blob; error?: Problem; response: Response };
  });
  return { url: URL.createObjectURL(blob), name };
}

/** print opens the document in a tab of its own. The tab is opened first, at the click: later the browser would refuse it. */
export async function print(o: Printed) {
  const tab = open("", "_blank");
  try {
    const { url } = await pdf(o.id);
    if (tab) tab.location.href = url;
    else location.assign(url);
    setTimeout(() => URL.revokeObjectURL(url), 600_000);
  } catch (e) {
    tab?.close();
    throw e;
  }
}

/** download saves it under the name that the service gives it. */
export async function download(o: Printed) {
  const { url, name } = await pdf(o.id);
  const link = Object.assign(document.createElement("a"), { href: url, download: name ?? `${o.number}.pdf` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
