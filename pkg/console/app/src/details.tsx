// One document, with everything about it.
import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, ask, explain, type Action, type Order, type Schemas } from "./api";
import { carry, Choices, type Asked } from "./actions";
import { Trouble } from "./dialog";
import { Edit } from "./edit";
import { day, low, money, time, units, words } from "./format";
import { onChange } from "./live";
import { Status } from "./list";
import { at, go } from "./place";
import { download } from "./print";
import { say } from "./say";

type All = Schemas["OrderDetails"];

/** read answers the document with its ledger, e-mails and timeline, in one request. */
const read = (id: string, signal: AbortSignal): Promise<All> =>
  ask(() => api.GET("/v1/orders/{id}", { params: { path: { id }, query: { include: ["payments", "emails", "events"] } }, signal }), signal);

type Props = { id: string; editing: boolean; order: RefObject<Order | undefined>; onAsk: (a: Asked) => void };

export function Details({ id, editing, order: shown, onAsk }: Props) {
  const [o, setOrder] = useState<All>();
  const [trouble, setTrouble] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const stop = useRef<AbortController | undefined>(undefined);
  const seen = useRef<string | undefined>(undefined);

  const load = useCallback(async () => {
    stop.current?.abort();
    const mine = (stop.current = new AbortController());
    try {
      const got = await read(id, mine.signal);
      seen.current = got.updated_at;
      setOrder(got);
      setTrouble(undefined);
    } catch (e) {
      if (!mine.signal.aborted) setTrouble(explain(e));
    }
  }, [id]);

  useLayoutEffect(() => heading.current?.focus(), [id]);
  useEffect(() => {
    setOrder(undefined);
    void load();
    return () => stop.current?.abort();
  }, [id]);
  useEffect(() => onChange((changed) => {
    const row = changed.find((r) => r.id === id);
    if (!row || row.updated_at === seen.current) return;
    say(`${row.number} changed: ${row.status_label}.`, false);
    void load();
  }), [id]);
  shown.current = o;
  useEffect(() => {
    if (o) document.title = `${o.number} · Order Summary`;
  }, [o?.number]);

  const act = (action: Action, lines?: string[]) => o && void carry({ action, order: o, ...(lines ? { lines } : {}) }, onAsk);
  const back = (e: Event) => {
    e.preventDefault();
    go({ order: null, edit: null });
  };

  return (
    <main class="details">
      <p><a href="?" onClick={back}>← Order Summary</a></p>
      <h1 ref={heading} tabIndex={-1}>{o ? `${words(o.kind)} ${o.number}` : "Loading …"}</h1>
      <Trouble text={trouble} />
      {o && (
        <>
          <p class="line"><Status row={o} /></p>
          {editing
            ? <Edit key={o.id} order={o} onDone={() => go({ edit: null })} onSaved={load} />
            : (
              <>
                <section class="actions" aria-label="Actions">
                  <Choices order={o} full={o} onChoose={act} onDownload={() => void download(o).catch((e) => say(explain(e)))} />
                </section>
                <Facts order={o} />
                <Lines order={o} onCheckout={(lines) => act("checkout", lines)} />
              </>
            )}
          <Payments order={o} payments={o.payments ?? []} />
          <Emails emails={o.emails?.data ?? []} />
          <Timeline key={o.updated_at} order={o} />
        </>
      )}
    </main>
  );
}

function Facts({ order: o }: { order: Order }) {
  const to = o.ship_to;
  const facts: [string, string | null | undefined][] = [
    ["Customer", `${o.customer.name} (${o.customer.code})`],
    ["Ship date", day(o.ship_date)],
    ["Ship to", to && [to.name, to.line1, to.line2, to.city, to.region, to.postal_code, to.country].filter(Boolean).join(", ")],
    ["Carrier", o.carrier],
    ["PO number", o.po_number],
    ["Salesperson", o.salesperson?.name ?? o.salesperson?.email],
    ["Origin", words(o.origin.name)],
    ["Placed", `${time(o.placed_at)} by ${o.placed_by.name ?? o.placed_by.sub}`],
    ["Confirmed", o.confirmed_at && `${time(o.confirmed_at)} by ${o.confirmed_by?.name ?? o.confirmed_by?.sub}`],
    ["Invoice", o.invoice?.number],
    ["Credit note", o.credit_note?.number],
    ["Voided", o.void && [o.void.by?.name, o.void.reason].filter(Boolean).join(": ")],
    ["Notes", o.notes],
    ["Internal notes", o.internal_notes],
  ];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts" class="hidden">Header</h2>
      <dl class="facts">
        {facts.map(([name, text]) => text && <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}
        {o.related.length > 0 && (
          <div>
            <dt>Related</dt>
            <dd>
              {o.related.map((r) => (
                <a
                  key={r.id} href={at(r.id)}
                  onClick={(e) => {
                    e.preventDefault();
                    go({ order: r.id });
                  }}
                >
                  {`${r.number} (${low(r.relation)})`}
                </a>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Lines({ order: o, onCheckout }: { order: Order; onCheckout: (lines: string[]) => void }) {
  const prebook = o.kind === "prebook";
  const may = o.allowed_actions.checkout.allowed;
  return (
    <section aria-labelledby="lines">
      <h2 id="lines">Lines</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of the lines">
        <table>
          <thead>
            <tr>
              <th scope="col">Goods</th><th scope="col">Boxes</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">Price</th>
              <th scope="col" class="number">Amount</th>{prebook && <th scope="col">Checkout status</th>}
            </tr>
          </thead>
          <tbody>
            {o.lines.map((l) => (
              <tr key={l.id}>
                <th scope="row">{l.description}<span class="small">{[l.sku, l.mark_code, l.notes].filter(Boolean).join(" · ")}</span></th>
                <td>{l.boxes === null ? "loose" : `${l.boxes} ${l.box_type ?? ""} × ${l.units_per_box}`}</td>
                <td class="number">{units(l.quantity, l.unit_type)}</td>
                <td class="number">{l.unit_price}</td>
                <td class="number">{money(l.amount, o.currency)}</td>
                {prebook && (
                  <td>
                    {l.status === "open" ? "Draft" : words(l.status ?? "")}{" "}
                    {l.status === "open" && may && <button aria-label={`Checkout ${l.description ?? l.sku}`} onClick={() => onCheckout([l.id])}>Checkout</button>}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Totals order={o} />
    </section>
  );
}

/** Totals shows the sums, and beside each what it was before, if it differs. */
export function Totals({ order: o, before }: { order: Order; before?: Order }) {
  const rows: [string, "subtotal" | "charges_total" | "taxes_total" | "total"][] = [["Subtotal", "subtotal"], ["Charges", "charges_total"], ["Taxes", "taxes_total"], ["Total", "total"]];
  return (
    <dl class="totals">
      {rows.map(([name, field]) => (
        <div key={field} class={field}>
          <dt>{name}</dt>
          <dd>{before && before[field] !== o[field] && <del>{money(before[field], o.currency)}</del>} {money(o[field], o.currency)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Payments({ order: o, payments }: { order: Order; payments: Schemas["Payment"][] }) {
  if (o.kind === "prebook") return null;
  return (
    <section aria-labelledby="payments">
      <h2 id="payments">Payments</h2>
      <p>{o.payment_status && words(o.payment_status)}. Paid {money(o.paid, o.currency)}, refunded {money(o.refunded, o.currency)}, open balance {money(o.balance, o.currency)}.</p>
      <ul class="entries">
        {payments.map((p) => (
          <li key={p.id}><b>{words(p.kind)} {money(p.amount, p.currency)}</b> by {p.method}{p.reference ? `, ${p.reference}` : ""}. <span class="small">{time(p.paid_at)}, {p.recorded_by.name ?? p.recorded_by.sub}</span></li>
        ))}
      </ul>
    </section>
  );
}

function Emails({ emails }: { emails: Schemas["Email"][] }) {
  return (
    <section aria-labelledby="emails">
      <h2 id="emails">E-mails</h2>
      {!emails.length && <p>None yet.</p>}
      <ul class="entries">
        {emails.map((e) => (
          <li key={e.id} class={e.status}>
            <b>{e.subject ?? words(e.kind)}</b>: {words(e.status)}. <span class="small">{time(e.created_at)}</span>
            <ul>{e.recipients.map((r) => <li key={r.address}>{r.address}: {low(r.status)}{r.reason ? `, ${r.reason}` : ""}</li>)}</ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Timeline({ order: o }: { order: All }) {
  const [events, setEvents] = useState(o.events?.data ?? []);
  const [cursor, setCursor] = useState(o.events?.page.next_cursor);
  const more = async () => {
    const page = await ask(() => api.GET("/v1/orders/{id}/events", { params: { path: { id: o.id }, query: { cursor: cursor! } } }));
    setEvents([...events, ...page.data]);
    setCursor(page.page.next_cursor);
  };
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol class="entries">
        {events.map((e) => (
          <li key={e.id}>
            {e.sentence}{e.reason && ` Reason: ${e.reason}`} <span class="small">{time(e.timestamp)}</span>
          </li>
        ))}
      </ol>
      {cursor && <button onClick={() => void more().catch((e) => say(explain(e)))}>Later events</button>}
    </section>
  );
}
