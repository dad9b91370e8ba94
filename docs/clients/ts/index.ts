import createFetchClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";
export { verifyWebhook, WebhookRefused, type WebhookHeaders } from "./webhook.js";

/** Every path of the API with its parameters, bodies and answers. */
export type Orderdesk = Client<paths, Media>;

// The media types that are read as JSON. For an export or a PDF, set parseAs: "text", "blob" or "stream".
type Media = "application/json" | "application/problem+json";

/** The API's bodies by name, such as Schemas["Order"]. */
export type Schemas = components["schemas"];

/** The body of every error. Decide by its code and show its detail. */
export type Problem = Schemas["Problem"];

/**
 * Returns a client of the service at baseUrl that acts as the token's subject. The token may be a function. It is called
 * before every request, so that the token can be renewed. An answer is { data } or { error }. Only network errors throw.
 */
export function createClient(baseUrl: string, token: string | (() => string | Promise<string>)): Orderdesk {
  const client = createFetchClient<paths, Media>({
    baseUrl,
    querySerializer: { array: { style: "form", explode: false } }, // several values are one parameter, with commas
  });
  client.use({
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${typeof token === "function" ? await token() : token}`);
      return request;
    },
  });
  return client;
}

export { follow, FollowError, type Followed, type FollowOptions } from "./follow.js";
