// The service, through its generated client. Every request of the page goes through here.
import { createClient, type Problem, type Schemas } from "../../../../docs/clients/ts/index.js";

export type { Problem, Schemas };
export type Order = Schemas["Order"];
export type Row = Schemas["OrderSummary"];
export type Me = Schemas["Me"];
export type Action = keyof Schemas["AllowedActions"];

/** Where the API is: the page is at console/ below it, also behind a proxy that serves both below a path. */
export const base = new URL("..", import.meta.url).href.replace(/\/$/, "");

/** The token is kept for the tab's session alone. */
export const session = {
  get token() {
    return sessionStorage.getItem("token") ?? "";
  },
  set token(token: string) {
    if (token) sessionStorage.setItem("token", token);
    else sessionStorage.clear(); // with the keys of calls that had no answer: another person starts afresh
  },
};

export const api = createClient(base, () => session.token);

/** Refused is an answer that is an error: decide by the code, show the detail. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Lost is a call without an answer. Whether it had its effect is not known. */
export class Lost extends Error {
  constructor() {
    super("The service cannot be reached. Check the connection.");
  }
}

let whenSignedOut: (why: string) => void = () => {};
export const onSignedOut = (f: (why: string) => void) => (whenSignedOut = f);

type Answer<T> = { data?: T; error?: Problem; response: Response };

/**
 * ask sends a call and returns what it answers. A call that got no answer, or one that a repetition may mend, is sent again, at
 * most twice: a read is harmless, and a write has a key, with which the service does it once.
 */
export async function ask<T>(call: () => Promise<Answer<T>>, signal?: AbortSignal): Promise<T & {}> {
  for (let attempt = 1; ; attempt++) {
    let wait = 300 * attempt ** 2;
    try {
      const { data, error, response } = await call();
      if (error === undefined) return (data ?? {}) as T & {};
      if (response.status === 401) whenSignedOut(error.detail);
      if (!error.retryable || attempt > 2) throw new Refused(error);
      wait = Math.min(5000, 1000 * Number(response.headers.get("Retry-After") ?? 0) || wait);
    } catch (e) {
      if (signal?.aborted || !(e instanceof TypeError || e instanceof SyntaxError)) throw e; // neither the network nor a torn answer
      if (attempt > 2) throw new Lost();
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
    signal?.throwIfAborted();
  }
}

/**
 * write sends a write under the key of its intent. The key is made once and kept until an answer has come, over repetitions, a
 * second click and a reload, so that the same intent never has its effect twice.
 */
export async function write<T>(intent: string, call: (headers: { "Idempotency-Key": string }) => Promise<Answer<T>>): Promise<T & {}> {
  const name = `key ${intent}`;
  const key = sessionStorage.getItem(name) ?? uuid();
  sessionStorage.setItem(name, key);
  try {
    const answer = await ask(() => call({ "Idempotency-Key": key }));
    sessionStorage.removeItem(name);
    return answer;
  } catch (e) {
    if (e instanceof Refused && !e.problem.retryable) sessionStorage.removeItem(name);
    throw e;
  }
}

/** uuid is a random UUID. The browser's own exists only on pages by HTTPS or of this machine. */
function uuid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6]! & 15) | 64;
  b[8] = (b[8]! & 63) | 128;
  return [...b].map((x, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + x.toString(16).padStart(2, "0")).join("");
}

/** explain says what went wrong and what to do about it. */
export function explain(e: unknown): string {
  if (!(e instanceof Refused)) return e instanceof Error ? e.message : String(e);
  const { detail, remedy, errors } = e.problem;
  return [detail, remedy, ...errors.map((f) => `${place(f.pointer)}${f.detail}`)].filter(Boolean).join(" ");
}

/** place names the field of a pointer for a person: "Line 2, unit price: ". */
const place = (pointer: string) => {
  const words = pointer.replaceAll("_", " ").replace(/s\/(\d+)/g, (_, n) => ` ${Number(n) + 1}`).split("/").filter(Boolean).join(", ");
  return words && `${words[0]!.toUpperCase()}${words.slice(1)}: `;
};

/** etag is the If-Match of a version. */
export const etag = (version: number) => `"v${version}"`;
