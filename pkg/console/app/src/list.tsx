// The Order Summary.
import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, ask, explain, type Action, type Row, type Schemas } from "./api";
import { Menu } from "./actions";
import { ConfirmOrders } from "./confirm";
import { Trouble } from "./dialog";
import { Filters, filters } from "./filters";
import { count, day, low, money, shortDay, words } from "./format";
import { from, onChange } from "./live";
import { at, go } from "./place";
import { say } from "./say";

type Query = Record<string, unknown>; // the names of the address are those of the API
type Sort = "number" | "customer" | "ship_date" | "total" | "status";
type Page = Schemas["OrderPage"];

const columns: { name: string; sort?: Sort; class?: string }[] = [
  { name: "Number", sort: "number" },
  { name: "Customer", sort: "customer" },
  { name: "Ship date", sort: "ship_date", class: "wide-only" },
  { name: "Origin", class: "wide-only" },
  { name: "Total", sort: "total", class: "number" },
  { name: "Status", sort: "status" },
];

/** queryOf is the API's parameters of the list that the address names. */
function queryOf(place: URLSearchParams): Query {
  const query: Query = { limit: 50, include: ["allowed_actions", "count", "facets"] };
  for (const name of [...filters, "sort"]) {
    const text = place.get(name)?.trim();
    if (text) query[name] = ["q", "sort", "ship_date_from", "ship_date_to", "payment_indicator"].includes(name) ? text : text.split(",");
  }
  return query;
}

/** read answers a page of the list, and when it was read. */
async function read(query: Query, signal?: AbortSignal): Promise<Page & { date: string | null }> {
  let date: string | null = null;
  const page = await ask(async () => {
    const answer = await api.GET("/v1/orders", { params: { query }, ...(signal ? { signal } : {}) });
    date = answer.response.headers.get("Date");
    return answer;
  }, signal);
  return { ...page, date };
}

export type Keys = { focus: () => void; move: (by: number) => void; tick: () => void; open: () => void; confirm: () => void; row: () => Row | undefined };

type Props = { place: URLSearchParams; hidden: boolean; keys: RefObject<Keys | null>; search: RefObject<HTMLInputElement | null>; onAction: (a: Action, r: Row) => void };

export function List({ place, hidden, keys, search, onAction }: Props) {
  const [rows, setRows] = useState<Row[]>();
  const [page, setPage] = useState<Page["page"]>();
  const [trouble, setTrouble] = useState<string>();
  const [ticked, setTicked] = useState<Set<string>>(new Set());
  const [marked, setMarked] = useState<Set<string>>(new Set());
  const [fresh, setFresh] = useState<Page>(); // the first page as it is now, if it has orders that are not on the screen
  const [confirming, setConfirming] = useState<Row[]>();
  const [menu, setMenu] = useState<{ row: Row; beside: Element }>();
  const [current, setCurrent] = useState(-1);
  const [more, setMore] = useState(false);

  const query = queryOf(place);
  const key = JSON.stringify(query);
  const latest = useRef({ rows, key });
  latest.current = { rows, key };

  const show = useCallback((p: Page) => {
    setRows(p.data);
    setPage(p.page);
    setFresh(undefined);
    setMarked(new Set());
    setTicked((old) => new Set([...old].filter((id) => p.data.some((r) => r.id === id))));
  }, []);

  useEffect(() => {
    const stop = new AbortController();
    setTrouble(undefined);
    read(query, stop.signal).then(
      (p) => {
        from(p.date);
        show(p);
        setCurrent(-1);
        say(p.page.total === undefined ? "" : `${count(p.page.total, "document")} found.`, false);
      },
      (e) => stop.signal.aborted || setTrouble(explain(e)),
    );
    return () => stop.abort();
  }, [key]);

  // Rows that others changed are replaced where they stand. New ones are counted, and shown when the reader asks for them.
  useEffect(() => {
    let timer = 0;
    const stop = onChange((changed) => {
      const shown = new Map(latest.current.rows?.map((r) => [r.id, r]));
      const differ = changed.filter((r) => shown.get(r.id)?.updated_at !== r.updated_at);
      if (!differ.length) return;
      const known = differ.filter((r) => shown.has(r.id));
      if (known.length) {
        const by = new Map(known.map((r) => [r.id, r]));
        setRows((old) => old?.map((r) => by.get(r.id) ?? r));
        setMarked((old) => new Set([...old, ...by.keys()]));
        say(known.length > 3 ? `${known.length} orders changed.` : known.map((r) => `${r.number} changed: ${r.status_label}.`).join(" "), false);
      }
      clearTimeout(timer);
      timer = window.setTimeout(() => void refresh(), 200);
    });
    const refresh = async () => {
      const asked = latest.current.key;
      const p = await read(JSON.parse(asked)).catch(() => undefined);
      if (!p || asked !== latest.current.key) return;
      setPage((old) => old && { ...old, ...(p.page.facets ? { facets: p.page.facets } : {}), ...(p.page.total === undefined ? {} : { total: p.page.total }) });
      const shown = new Set(latest.current.rows?.map((r) => r.id));
      setFresh(p.data.some((r) => !shown.has(r.id)) ? p : undefined);
    };
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);

  const news = fresh?.data.filter((r) => !rows?.some((o) => o.id === r.id)).length ?? 0;
  const chosen = rows?.filter((r) => ticked.has(r.id)) ?? [];
  const confirmable = rows?.filter((r) => r.allowed_actions?.["confirm"]?.allowed) ?? [];
  const all = confirmable.length > 0 && confirmable.every((r) => ticked.has(r.id));
  const tick = (ids: string[], on: boolean) => setTicked((old) => new Set(on ? [...old, ...ids] : [...old].filter((id) => !ids.includes(id))));

  const links = useRef(new Map<string, HTMLAnchorElement>());
  useLayoutEffect(() => { // at once: the focus moves the row too, and must not move it back while a key is held down
    const row = rows?.[current];
    if (row) links.current.get(row.id)?.focus();
  }, [current]);
  keys.current = {
    focus: () => rows?.[current] && links.current.get(rows[current].id)?.focus(), // back from the details
    move: (by) => rows?.length && setCurrent((i) => Math.max(0, Math.min(rows.length - 1, i + by))),
    tick: () => {
      const row = rows?.[current];
      if (row) tick([row.id], !ticked.has(row.id));
    },
    open: () => {
      const row = rows?.[current];
      if (row) go({ order: row.id });
    },
    confirm: () => chosen.length && setConfirming(chosen),
    row: () => rows?.[current],
  };

  async function load() {
    if (!page?.next_cursor || more) return;
    setMore(true);
    try {
      const p = await read({ ...query, include: ["allowed_actions"], cursor: page.next_cursor });
      setRows((old) => [...(old ?? []), ...p.data.filter((r) => !old?.some((o) => o.id === r.id))]);
      setPage((old) => old && { ...old, next_cursor: p.page.next_cursor });
      say(`${count(p.data.length, "more document")} loaded.`);
    } catch (e) {
      setTrouble(explain(e));
    }
    setMore(false);
  }

  const sort = place.get("sort") ?? "";
  return (
    <div class="summary" hidden={hidden}>
      <Filters place={place} facets={page?.facets} />
      <main>
        <div class="bar">
          <h1 tabIndex={-1}>Order Summary</h1>
          <form role="search" onSubmit={(e) => e.preventDefault()}>
            <Field name="number" label="Order" hint="W, W000123, 123" place={place} input={search} />
            <Field name="q" label="Search" hint="customer, PO, SKU …" place={place} />
          </form>
          <button class="main confirm" aria-disabled={!chosen.length} onClick={() => chosen.length && setConfirming(chosen)}>Confirm Orders ({chosen.length})</button>
        </div>
        <Trouble text={trouble} />
        <p class="found">
          {page?.total !== undefined && `${page.total_exact ? "" : "at least "}${count(page.total, "document")}`}
          {news > 0 && fresh && <button class="news" onClick={() => show(fresh)}>{news === fresh.page.limit ? `${news} or more` : news} new</button>}
        </p>
        <table class="orders" aria-busy={!rows}>
          <caption class="hidden">Orders and prebooks</caption>
          <thead>
            <tr>
              <th scope="col" class="tick">
                <input
                  type="checkbox" aria-label="Select all that can be confirmed" checked={all} disabled={!confirmable.length}
                  onChange={() => tick(confirmable.map((r) => r.id), !all)}
                />
              </th>
              {columns.map((c) => (
                <th key={c.name} scope="col" class={c.class} aria-sort={c.sort ? (sort === c.sort ? "ascending" : sort === `-${c.sort}` ? "descending" : "none") : undefined}>
                  {c.sort
                    ? <button class="sort" onClick={() => go({ sort: sort === c.sort ? `-${c.sort}` : sort === `-${c.sort}` ? null : c.sort! })}>{c.name}</button>
                    : c.name}
                </th>
              ))}
              <th scope="col"><span class="hidden">Actions</span></th>
            </tr>
          </thead>
          <tbody>
            {rows?.map((r, i) => (
              <tr key={r.id} class={`${marked.has(r.id) ? "changed" : ""} ${i === current ? "current" : ""}`}>
                <td class="tick"><input type="checkbox" aria-label={`Select ${r.number}`} checked={ticked.has(r.id)} onChange={(e) => tick([r.id], e.currentTarget.checked)} /></td>
                <th scope="row">
                  <a
                    href={at(r.id)}
                    ref={(a: HTMLAnchorElement | null) => void (a ? links.current.set(r.id, a) : links.current.delete(r.id))}
                    onFocus={() => setCurrent(i)}
                    onClick={(e) => {
                      if (e.metaKey || e.ctrlKey || e.shiftKey) return;
                      e.preventDefault();
                      go({ order: r.id });
                    }}
                  >
                    {r.number}
                  </a>
                  <span class="narrow-only small">{shortDay(r.ship_date)}</span>
                  {marked.has(r.id) && <span class="mark">changed</span>}
                </th>
                <td>{r.customer.name}</td>
                <td class="wide-only">{day(r.ship_date)}</td>
                <td class="wide-only">{words(r.origin.name)}</td>
                <td class="number">{money(r.total, r.currency)}</td>
                <td><Status row={r} /></td>
                <td class="act">
                  <button aria-haspopup="dialog" aria-label={`Actions for ${r.number}`} onClick={(e) => setMenu({ row: r, beside: e.currentTarget })}>
                    <span class="wide-only">Actions</span><span class="narrow-only" aria-hidden="true">⋯</span>
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows?.length === 0 && <p class="none">No document matches these filters.</p>}
        {page?.next_cursor && <p><button onClick={load} aria-disabled={more}>Load more</button></p>}
      </main>
      {confirming && <ConfirmOrders orders={confirming} onClose={() => setConfirming(undefined)} onDone={() => setTicked(new Set())} />}
      {menu && <Menu order={menu.row} beside={menu.beside} onClose={() => setMenu(undefined)} onChoose={(a) => onAction(a, menu.row)} />}
    </div>
  );
}

/** Status is the label with the $, how far a prebook is, and an e-mail that did not arrive. */
export function Status({ row: r }: { row: Pick<Row, "status" | "status_label" | "payment_indicator" | "kind" | "progress" | "email_status"> }) {
  const bad = r.email_status === "bounced" || r.email_status === "failed";
  return (
    <>
      <span class={`status ${r.status}`}>{r.status_label}</span>
      {r.payment_indicator && <span class="dollar" title="Unpaid, card required"><span aria-hidden="true">{r.payment_indicator}</span><span class="hidden"> unpaid, card required</span></span>}
      {r.kind === "prebook" && <span class="small">Prebook, {r.progress.checked_out} of {r.progress.lines} checked out{r.progress.billed ? `, ${r.progress.billed} billed` : ""}</span>}
      {bad && <span class="small bad">E-mail {low(r.email_status!)}</span>}
    </>
  );
}

/** Field is a text that filters while it is typed. */
function Field({ name, label, hint, place, input }: { name: string; label: string; hint: string; place: URLSearchParams; input?: RefObject<HTMLInputElement | null> }) {
  const set = place.get(name) ?? "";
  const [text, setText] = useState(set);
  const timer = useRef(0);
  useEffect(() => setText(set), [set]);
  return (
    <label class="field">
      {label}
      <input
        ref={input ?? null} type="search" name={name} placeholder={hint} value={text} autocomplete="off"
        onInput={(e) => {
          const value = e.currentTarget.value;
          setText(value);
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => go({ [name]: value.trim() || null }, true), 250);
        }}
      />
    </label>
  );
}
