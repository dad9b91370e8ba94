// What a front end does with each client. make check-generators compiles it; nothing runs it.
import createClient from "openapi-fetch";
import * as hey from "./hey";
import * as orval from "./orval/api";
import type { components, paths } from "./openapi-typescript/schema";

type Address = components["schemas"]["Address"];

export async function byOpenapiFetch(id: string, key: string): Promise<Address | null> {
  const client = createClient<paths>({ baseUrl: "" });
  const cart: components["schemas"]["Cart"] = { customer_code: "ROSA", ship_date: "2026-12-01", lines: [] };
  // @ts-expect-error a cart needs an Idempotency-Key
  await client.POST("/v1/orders", { body: cart });
  await client.POST("/v1/orders", { body: cart, params: { header: { "Idempotency-Key": key } } });
  // @ts-expect-error the service computes the total
  const patch: components["schemas"]["OrderPatch"] = { total: "1.00" };
  void patch;
  const { data, error } = await client.GET("/v1/orders/{id}", { params: { path: { id } } });
  if (error) throw new Error(error.detail);
  return data.ship_to;
}

export async function byHey(id: string): Promise<hey.Address | null> {
  const { data } = await hey.getOrder({ path: { id }, throwOnError: true });
  return data.ship_to;
}

export async function byOrval(id: string): Promise<orval.Address | null> {
  const answer = await orval.getOrder(id);
  if (answer.status !== 200) throw new Error(String(answer.status));
  return answer.data.ship_to;
}
