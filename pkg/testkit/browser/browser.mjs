// What the tests in a browser share: the browser, the directory of their pictures, and watching a page.
import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** launch starts a headless Chromium that reaches only this machine. The caller brings playwright-core's chromium. */
export function launch(chromium) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || installed("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
}

/** picturesOf makes and returns the directory of a test's pictures: SHOTS, or shots beside the test. */
export function picturesOf(test) {
  const shots = process.env.SHOTS ?? fileURLToPath(new URL("shots", test));
  mkdirSync(shots, { recursive: true });
  return shots;
}

/** watch notes the complaints of the browser about a page, and the requests of its window to another host than url or to a scheme that is not local. */
export function watch(page, url, local = /^(data|about):/) {
  const seen = { complaints: [], elsewhere: [] };
  page.context().on("request", (r) => {
    if (!r.url().startsWith(`${url}/`) && !local.test(r.url())) seen.elsewhere.push(r.url());
  });
  page.on("console", (m) => m.type() === "error" && seen.complaints.push(m.text()));
  page.on("pageerror", (e) => seen.complaints.push(e.message));
  return seen;
}

/** installed is the first of the programs that PATH has. */
function installed(...names) {
  for (const name of names) {
    for (const dir of process.env.PATH.split(delimiter)) {
      try {
        accessSync(join(dir, name), constants.X_OK);
        return join(dir, name);
      } catch {
        // not there
      }
    }
  }
  throw new Error(`None of ${names.join(", ")} is installed (Debian: apt-get install chromium)`);
}
