// What others do. The list is asked for what changed while somebody looks at the page, so often that a change shows within two
// seconds.
import { api, ask, type Row } from "./api";

const every = 1500; // milliseconds

export type Listener = (changed: Row[]) => void;
const listeners = new Set<Listener>();
export function onChange(f: Listener) {
  listeners.add(f);
  return () => void listeners.delete(f);
}

let since = "";
let online: (on: boolean) => void = () => {};
export const onOnline = (f: (on: boolean) => void) => (online = f);

/** from says when the first list was read, by the service's clock: a page without updated_since does not say synced_until. */
export function from(date: string | null) {
  if (!since && date) since = new Date(Date.parse(date) - 5000).toISOString();
}

/** poll asks once, and tells what came. */
async function poll() {
  if (!since) return;
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
  return (running ??= poll()
    .then(() => online(true), () => online(false))
    .finally(() => (running = undefined)));
}

/** start asks until the returned function is called. */
export function start(): () => void {
  since = "";
  const seen = () => document.visibilityState === "visible" && void now();
  const timer = setInterval(seen, every);
  document.addEventListener("visibilitychange", seen);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}
