import type { components } from "./schema.js";

const tolerance = 5 * 60; // seconds that the timestamp may be off

/** The error of a webhook that must be refused. */
export class WebhookRefused extends Error {
  constructor() {
    super("the webhook is not signed with this secret, or is too old");
    this.name = "WebhookRefused";
  }
}

/** The headers of a request: those of fetch, or those of Node. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

/**
 * Returns the event of a webhook: a request of the service to an endpoint of yours. The body must be the text as it came. The
 * secret is the one that creating or rotating the endpoint answered. Throws WebhookRefused unless the service signed it within
 * five minutes of now. An event may come twice: keep the ids that were handled.
 */
export async function verifyWebhook(secret: string, headers: WebhookHeaders, body: string, now = Date.now() / 1000): Promise<components["schemas"]["Event"]> {
  const header = (name: string): string => {
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    return typeof value === "string" ? value : "";
  };
  const [id, timestamp] = [header("webhook-id"), header("webhook-timestamp")];
  if (!id || !/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > tolerance) throw new WebhookRefused();
  const key = await crypto.subtle.importKey("raw", bytes(secret.replace(/^whsec_/, "")), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const signature of header("webhook-signature").split(" ")) {
    if (signature.startsWith("v1,") && (await crypto.subtle.verify("HMAC", key, bytes(signature.slice(3)), signed))) {
      return JSON.parse(body) as components["schemas"]["Event"];
    }
  }
  throw new WebhookRefused();
}

// What is not base64 is no bytes, which match no signature.
function bytes(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
