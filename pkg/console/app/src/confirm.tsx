// Confirm Orders: a look at what would happen, then the result of each order.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, explain, write, type Order, type Row, type Schemas } from "./api";
import { Dialog, Trouble } from "./dialog";
import { count, money, sum } from "./format";
import { now } from "./live";

type Result = Schemas["ConfirmRow"];

/** How many orders one call confirms. Each call has a key of its own, and its answer moves the bar. */
const batch = 20;

export function ConfirmOrders({ orders, onClose, onDone }: { orders: (Order | Row)[]; onClose: () => void; onDone?: () => void }) {
  const [preview, setPreview] = useState<Result[]>();
  const [results, setResults] = useState<Result[]>([]);
  const [phase, setPhase] = useState<"preview" | "running" | "lost" | "done">("preview");
  const [trouble, setTrouble] = useState<string>();
  const running = useRef(false); // unlike a state, it is set before the second click of a double click
  const closing = useRef<HTMLButtonElement>(null);

  const versions = orders.map(({ id, version }) => ({ id, version }));
  useEffect(() => {
    previewOf(versions).then(setPreview, (e) => setTrouble(explain(e)));
  }, []);
  useEffect(() => {
    if (phase === "done") closing.current?.focus();
  }, [phase]);

  const ready = preview?.filter((r) => r.outcome === "confirmed") ?? [];
  const chosen = orders.filter((o) => ready.some((r) => r.id === o.id));
  const done = new Map(results.map((r) => [r.id, r]));
  const shown = phase === "preview" ? preview : phase === "done" ? orders.flatMap((o) => done.get(o.id) ?? preview?.find((r) => r.id === o.id) ?? []) : results;

  async function run() {
    if (running.current) return;
    running.current = true;
    setPhase("running");
    setTrouble(undefined);
    const have = new Map(done);
    try {
      for (let i = 0; i < chosen.length; i += batch) {
        const part = chosen.slice(i, i + batch).map(({ id, version }) => ({ id, version }));
        if (part.every((o) => have.has(o.id))) continue; // an earlier try got its answer
        const answer = await write(`confirm ${JSON.stringify(part)}`, (header) => api.POST("/v1/orders/confirm", { params: { header }, body: { orders: part } }));
        answer.results.forEach((r) => have.set(r.id, r));
        setResults([...have.values()]);
      }
      setPhase("done");
      onDone?.();
    } catch (e) {
      setPhase("lost");
      setTrouble(explain(e));
    } finally {
      running.current = false;
      void now();
    }
  }

  const confirmed = results.filter((r) => r.outcome === "confirmed").length;
  return (
    <Dialog title={phase === "done" ? `${count(confirmed, "order")} confirmed` : `Confirm ${count(orders.length, "order")}`} wide onClose={() => phase !== "running" && onClose()}>
      {phase === "preview" && (
        <p aria-live="polite">
          {preview
            ? `${count(ready.length, "order")} of ${orders.length} can be confirmed now. Each gets its invoice, which the customer gets by e-mail. Total: ${total(chosen)}.`
            : trouble ? "" : "Checking what would happen …"}
        </p>
      )}
      {(phase === "running" || phase === "lost") && (
        <p>
          <label for="progress">{`${results.length} of ${count(chosen.length, "order")} done`}</label>
          <progress id="progress" max={chosen.length} value={results.length} />
        </p>
      )}
      {shown && shown.length > 0 && (
        <table class="results">
          <caption class="hidden">{phase === "preview" ? "What would happen" : "Results"}</caption>
          <thead><tr><th scope="col">Order</th><th scope="col" class="number">Total</th><th scope="col">{phase === "preview" ? "What would happen" : "Result"}</th></tr></thead>
          <tbody>
            {shown.map((r) => {
              const order = orders.find((o) => o.id === r.id);
              return (
                <tr key={r.id} class={r.outcome}>
                  <th scope="row">{r.number}<span class="small">{order?.customer.name}</span></th>
                  <td class="number">{order && money(order.total, order.currency)}</td>
                  <td>{said(r)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <Trouble text={trouble} />
      {phase === "lost" && <p>It is not known whether the last orders were confirmed. Trying again is safe: no order is confirmed twice.</p>}
      <p class="buttons">
        {phase !== "done" && (
          <button class="main" aria-disabled={phase === "running" || !ready.length} onClick={() => ready.length && void run()}>
            {phase === "lost" ? "Try again" : phase === "running" ? "Confirming …" : `Confirm ${count(ready.length, "order")}`}
          </button>
        )}
        <button ref={closing} aria-disabled={phase === "running"} onClick={() => phase !== "running" && onClose()}>{phase === "done" ? "Close" : "Cancel"}</button>
      </p>
    </Dialog>
  );
}

async function previewOf(orders: { id: string; version: number }[]): Promise<Result[]> {
  const all: Result[] = [];
  for (let i = 0; i < orders.length; i += 500) {
    const body = { orders: orders.slice(i, i + 500) };
    all.push(...(await ask(() => api.POST("/v1/orders/confirm", { params: { query: { dry_run: true } }, body }))).results);
  }
  return all;
}

/** said is the message of a row with what to do instead, and what a person should know. */
const said = (r: Result) => [r.message, r.problem?.remedy, ...r.warnings.map((w) => w.message)].filter(Boolean).join(" ");

/** total is the sum of the orders. A company has one currency. */
const total = (orders: (Order | Row)[]) => money(sum(orders.map((o) => o.total)), orders[0]?.currency ?? "USD");
