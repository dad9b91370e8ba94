// Where the reader is. The whole state of the screen is in the address: the filters, the sort, and the open order. So a
// reload, a bookmark, the Back button and the link of an e-mail all lead to what was seen.
import { useEffect, useState } from "preact/hooks";

const listeners = new Set<() => void>();
addEventListener("popstate", () => listeners.forEach((f) => f()));

/** here is the address's parameters. */
export const here = () => new URLSearchParams(location.search);

/** go changes the address. It replaces the entry of the history while a filter is being typed. */
export function go(change: Record<string, string | null>, replace = false) {
  const next = here();
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  const text = href(next);
  if (text === href(here())) return;
  history[replace ? "replaceState" : "pushState"](null, "", text);
  listeners.forEach((f) => f());
}

/** href is the relative address with these parameters. Commas stay readable. */
export const href = (p: URLSearchParams) => `?${p.toString().replaceAll("%2C", ",").replaceAll("%24", "$")}`;

/** at is the address of an order, seen from the list as it is now. */
export function at(id: string): string {
  const p = here();
  p.set("order", id);
  return href(p);
}

export function usePlace(): URLSearchParams {
  const [place, set] = useState(here);
  useEffect(() => {
    const changed = () => set(here());
    listeners.add(changed);
    return () => void listeners.delete(changed);
  }, []);
  return place;
}
