import createFetchClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

/** Every path of the API with what it takes and answers. */
export type Orderdesk = Client<paths, Media>;

// What answers are read as. For CSV or a PDF, say parseAs: "text" or "blob", and Accept.
type Media = "application/json" | "application/problem+json";

/** The API's bodies by name, such as Schemas["Order"]. */
export type Schemas = components["schemas"];

/** What every error answers; decide by its code, show its detail. */
export type Problem = Schemas["Problem"];

/**
 * A client of the service at baseUrl that acts as the token's subject. The token may be a function, which is asked before
 * every request, so that it can be renewed. Answers come as { data } or { error }; nothing throws but the network.
 */
export function createClient(baseUrl: string, token: string | (() => string | Promise<string>)): Orderdesk {
  const client = createFetchClient<paths, Media>({
    baseUrl,
    querySerializer: { array: { style: "form", explode: false } }, // several values stand in one parameter, with commas
  });
  client.use({
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${typeof token === "function" ? await token() : token}`);
      return request;
    },
  });
  return client;
}
