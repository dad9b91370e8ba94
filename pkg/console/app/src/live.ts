// What others do. A stream of events says that something changed, and the list is then asked for what it is. Without a stream, the
// list is asked so often that a change shows within two seconds.
import { follow } from "../../../../docs/clients/ts/index.js";
import { api, ask, base, session, type Row } from "./api";

const every = 1500; // milliseconds between two questions without a stream
const gather = 150; // milliseconds in which the events of a write come together: a batch has many

export type Listener = (changed: Row[]) => void;
const listeners = new Set<Listener>();
export function onChange(f: Listener) {
  listeners.add(f);
  return () => void listeners.delete(f);
}

let since = "";
let stream: AbortController | undefined;
let streaming = false;
let online: (on: boolean) => void = () => {};
export const onOnline = (f: (on: boolean) => void) => (online = f);

/** from says when the first list was read, by the service's clock: a page without updated_since does not say synced_until. */
export function from(date: string | null) {
  if (since || !date) return;
  since = new Date(Date.parse(date) - 5000).toISOString();
  listen();
}

/** poll asks once, and tells what came. */
async function poll() {
  const seen: Row[] = [];
  let cursor: string | undefined;
  let next: string | undefined;
  do {
    const query = { updated_since: since, sort: "updated_at" as const, limit: 200, include: ["allowed_actions" as const], ...(cursor ? { cursor } : {}) };
    const page = await ask(() => api.GET("/v1/orders", { params: { query } }));
    next ??= page.page.synced_until;
    seen.push(...page.data);
    cursor = page.page.next_cursor ?? undefined;
  } while (cursor);
  since = next ?? since;
  if (seen.length) listeners.forEach((f) => f(seen));
}

let running: Promise<void> | undefined;

/** now asks at once, for example after a write of one's own. */
export function now(): Promise<void> {
  if (!since) return Promise.resolve();
  return (running ??= poll()
    .then(() => online(true), () => online(false))
    .finally(() => (running = undefined)));
}

let due = 0;

/** soon asks for what events tell of. A question that is on its way may have come too early for it. */
function soon() {
  due ||= window.setTimeout(async () => {
    await running;
    due = 0;
    void now();
  }, gather);
}

/** listen opens the stream. Whatever happened before it was open is asked for. */
function listen() {
  if (stream || !since || document.visibilityState !== "visible") return;
  const mine = (stream = new AbortController());
  const onConnection = (open: boolean) => {
    if (stream !== mine) return; // closed meanwhile
    streaming = open;
    void now();
  };
  void (async () => {
    for await (const _ of follow(base, () => session.token, { signal: mine.signal, onConnection })) soon();
  })().catch(() => {}); // the stream is refused: the timer asks
}

/** close ends the stream. A browser has six connections to a service without HTTP/2, so that a hidden tab holds none. */
function close() {
  stream?.abort();
  stream = undefined;
  streaming = false;
}

/** start follows what others do until the returned function is called. */
export function start(): () => void {
  since = "";
  const timer = setInterval(() => !streaming && document.visibilityState === "visible" && void now(), every);
  const seen = () => (document.visibilityState === "visible" ? listen() : close());
  document.addEventListener("visibilitychange", seen);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
    close();
  };
}
