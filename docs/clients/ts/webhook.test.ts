import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { verifyWebhook, WebhookRefused } from "./webhook.js";

// The specification's own library signs.
test("verifies what the specification's library signs", async () => {
  const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  const id = "01a2271e-0000-7000-8000-000000000001";
  const body = JSON.stringify({ id, type: "order.confirmed", version: 3, reason: "für Bärbel" });
  const at = new Date();
  const now = Math.floor(at.getTime() / 1000);
  const signature = new Webhook(secret).sign(id, at, body);
  const headers = (changes: Record<string, string> = {}) => ({ "webhook-id": id, "webhook-timestamp": String(now), "webhook-signature": `v1,AAAA ${signature}`, ...changes });

  const event = await verifyWebhook(secret, headers(), body, now);
  assert.equal(event.type, "order.confirmed");
  assert.equal((await verifyWebhook(secret, new Headers(headers()), body, now)).id, id);

  const refused: [string, () => Promise<unknown>][] = [
    ["another body", () => verifyWebhook(secret, headers(), `${body} `, now)],
    ["another id", () => verifyWebhook(secret, headers({ "webhook-id": "x" }), body, now)],
    ["another secret", () => verifyWebhook("whsec_AAAA", headers(), body, now)],
    ["no signature", () => verifyWebhook(secret, headers({ "webhook-signature": "" }), body, now)],
    ["another scheme", () => verifyWebhook(secret, headers({ "webhook-signature": signature.replace("v1,", "v1a,") }), body, now)],
    ["not base64", () => verifyWebhook(secret, headers({ "webhook-signature": "v1,!" }), body, now)],
    ["too old", () => verifyWebhook(secret, headers(), body, now + 301)],
    ["from the future", () => verifyWebhook(secret, headers(), body, now - 301)],
  ];
  for (const [name, attempt] of refused) await assert.rejects(attempt, WebhookRefused, name);
});
