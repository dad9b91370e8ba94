// Uses a running demo, then runs the code of the README. make test-clients starts the demo.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { createClient, follow, FollowError, verifyWebhook, type Orderdesk, type Schemas } from "./index.js";

const { ORDERDESK_URL: url, ORDERDESK_AS: tokens } = process.env;
assert(url && tokens, "needs a running demo: make test-clients starts one");

function as(role: string): Orderdesk {
  const token = readFileSync(`${tokens}/${role}`, "utf8").replace("Authorization: Bearer ", "").trim();
  return createClient(url!, token);
}

const cart: Schemas["Cart"] = {
  customer_code: "ROSA",
  ship_date: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10),
  lines: [
    {
      source: "on_hand", sku: "ROS-FREEDOM-60", description: "Rose Freedom red 60 cm",
      box_type: "HB", boxes: 2, units_per_box: 250, unit_type: "stem", unit_price: "0.6850",
    },
  ],
};

const [shop, sales, manager] = [as("storefront"), as("sales"), as("sales-manager")];

const end = await sales.GET("/v1/events", { params: { query: { after: "latest" } } });
assert(end.data, JSON.stringify(end.error));
const start = end.data.page.next_cursor;

const key = randomUUID();
const place = () => shop.POST("/v1/orders", { params: { header: { "Idempotency-Key": key } }, body: cart });
const [placed, repeated] = [await place(), await place()];
assert(placed.data, JSON.stringify(placed.error));
assert.deepEqual(repeated.data, placed.data, "a repeated request gets the first answer");

const list = await sales.GET("/v1/orders", { params: { query: { origin: ["W"], status: ["pending", "draft"], limit: 5 } } });
assert(list.data, JSON.stringify(list.error));
const order = list.data.data[0];
assert(order && order.id === placed.data.orders[0]?.id, "the newest web order is the one just placed");
assert.match(order.number, /^W\d+$/);

const exported = await sales.GET("/v1/orders/export", { params: { query: { number: [order.number], format: "ndjson" } }, parseAs: "text" });
assert.match(exported.response.headers.get("Content-Disposition") ?? "", /\.ndjson"$/);
const lines = String(exported.data).trimEnd().split("\n").map((line): Schemas["OrderSummary"] => JSON.parse(line));
assert.deepEqual(lines.map((line) => line.number), [order.number]);

const path = { params: { path: { id: order.id } } };
const editedLine = await sales.PATCH("/v1/orders/{id}/lines/{line_id}", {
  params: { path: { id: order.id, line_id: placed.data.orders[0]!.lines[0]!.id }, header: { "If-Match": `"v${order.version}"` } },
  body: { notes: "No open blooms" },
});
assert(editedLine.data, JSON.stringify(editedLine.error));
assert.equal(editedLine.data.lines[0]?.notes, "No open blooms");
assert.equal(editedLine.data.total, order.total);

const confirmed = await sales.POST("/v1/orders/{id}/confirm", path);
assert(confirmed.data, JSON.stringify(confirmed.error));
assert.equal(confirmed.data.order.status, "confirmed");

const invoice = await sales.GET("/v1/invoices/{id}", { params: { path: { id: confirmed.data.invoice.id } } });
assert(invoice.data, JSON.stringify(invoice.error));
assert.equal(invoice.data.total, order.total);

const voided = await manager.POST("/v1/orders/{id}/void", { ...path, body: { reason: "The tour is over" } });
assert(voided.data, JSON.stringify(voided.error));
const again = await sales.POST("/v1/orders/{id}/confirm", path);
assert.equal(again.response.status, 409);
assert.equal(again.error?.code, "order_not_confirmable");

console.log(`placed, listed, exported, confirmed, invoiced as ${invoice.data.number}, voided: ${order.number}`);

// The stream has the events of the order in their order, and resumes behind a cursor.
const bearer = readFileSync(`${tokens}/sales`, "utf8").replace("Authorization: Bearer ", "").trim();
const types: string[] = [];
const connections: boolean[] = [];
const onConnection = (open: boolean) => connections.push(open);
let behind = start;
for await (const { cursor, event } of follow(url, () => bearer, { after: start, types: ["order.*"], onConnection })) {
  assert.equal(event.order?.id, order.id);
  types.push(event.type);
  if (event.type === "order.placed") behind = cursor;
  if (event.type === "order.voided") break;
}
assert.equal(types[0], "order.placed");
assert.deepEqual(connections, [true, false]);
for await (const { event } of follow(url, bearer, { after: behind, types: ["order.*"] })) {
  assert.equal(event.type, types[1]);
  break;
}
await assert.rejects(async () => {
  for await (const _ of follow(url, bearer, { after: "bm93aGVyZS4xLjE" })) break;
}, (error) => error instanceof FollowError && error.problem?.code === "cursor_gone");
console.log(`followed ${types.join(", ")}`);

// A receiver gets the events of an endpoint. Both the client and the specification's own library find their signatures right.
const admin = as("admin");
const got: Schemas["Event"][] = [];
let secret = "";
const receiver = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", async () => {
    const body = Buffer.concat(parts).toString("utf8");
    new Webhook(secret).verify(body, request.headers as Record<string, string>);
    got.push(await verifyWebhook(secret, request.headers, body));
    response.writeHead(204).end();
  });
});
await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
const { port } = receiver.address() as AddressInfo;
const endpoint = await admin.POST("/v1/webhook-endpoints", { body: { url: `http://127.0.0.1:${port}/`, types: ["order.*"] } });
assert(endpoint.data?.secret, JSON.stringify(endpoint.error));
secret = endpoint.data.secret;
const hook = { params: { path: { id: endpoint.data.id } } };
const tested = await admin.POST("/v1/webhook-endpoints/{id}/test", hook);
assert.equal(tested.data?.status, 204, JSON.stringify(tested.error ?? tested.data));
const hooked = await shop.POST("/v1/orders", { params: { header: { "Idempotency-Key": randomUUID() } }, body: cart });
assert(hooked.data, JSON.stringify(hooked.error));
for (const end = Date.now() + 20_000; got.length < 2 && Date.now() < end; ) await new Promise((later) => setTimeout(later, 20));
assert.deepEqual(got.map((event) => event.type), ["webhook.test", "order.placed"]);
assert.equal(got[1]?.order?.id, hooked.data.orders[0]?.id);
await admin.DELETE("/v1/webhook-endpoints/{id}", hook);
receiver.close();
console.log(`received and verified ${got.map((event) => event.type).join(", ")}`);

// The code of the README confirms all pending orders and prints the number of each order and of its invoice.
const said: string[][] = [];
const { log } = console;
console.log = (...words: string[]) => said.push(words);
await import("./readme.js");
console.log = log;
assert(said.length > 0, "there are pending web orders");
for (const [number, invoice] of said) {
  assert.match(number ?? "", /^W\d+$/);
  assert.match(invoice ?? "", /^HV-\d+$/);
}
console.log(`the code of the README confirmed ${said.length} web orders`);
