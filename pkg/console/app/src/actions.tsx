// The actions of one order: which there are, why some are not allowed, and what each does.
import { Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, ask, explain, write, type Action, type Order, type Row } from "./api";
import { ConfirmOrders } from "./confirm";
import { Dialog, Trouble } from "./dialog";
import { money, words } from "./format";
import { now } from "./live";
import { at, go } from "./place";
import { download, print } from "./print";
import { say } from "./say";

export const labels: Record<Action, string> = {
  edit: "Edit", print: "Print", email: "E-mail", confirm: "Confirm", checkout: "Checkout", bill: "Bill", pay: "Record payment", refund: "Record refund", void: "Void",
};

export type Asked = { action: Action; order: Order | Row; lines?: string[] };

/** carry starts an action. What needs an answer of a person first is returned to be shown as a dialogue. */
export async function carry(a: Asked, ask: (a: Asked) => void): Promise<void> {
  const { action, order } = a;
  try {
    if (action === "print") await print(order);
    else if (action === "edit") go({ order: order.id, edit: "1" });
    else if (action === "checkout") await checkout(a);
    else ask(a);
  } catch (e) {
    say(explain(e));
  }
}

async function checkout({ order, lines }: Asked) {
  const body = lines ? { line_ids: lines } : {};
  const { order: after } = await write(`checkout ${order.id} ${order.version} ${lines ?? ""}`, (header) =>
    api.POST("/v1/orders/{id}/checkout", { params: { path: { id: order.id }, header }, body }));
  say(`${after.number} is ${after.status_label}${after.kind === "prebook" ? `: ${after.progress.checked_out} of ${after.progress.lines} lines are checked out` : ""}.`);
  await now();
}

/** Asking is the dialogue of an action. */
export function Asking({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const { action, order } = asked;
  if (action === "confirm") return <ConfirmOrders orders={[order]} onClose={onClose} />;
  if (action === "email") return <EmailDialog order={order} onClose={onClose} />;
  if (action === "pay" || action === "refund") return <MoneyDialog action={action} order={order} onClose={onClose} />;
  return <StepDialog action={action} order={order} onClose={onClose} />;
}

type DialogProps = { order: Order | Row; onClose: () => void };

/** useSubmit runs a write once at a time, closes the dialogue after it and says what was done. */
function useSubmit(onClose: () => void) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  const submit = (call: () => Promise<string>) => async (e: Event) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setTrouble(undefined);
    try {
      const done = await call();
      onClose();
      say(done);
      void now();
    } catch (e) {
      setTrouble(explain(e));
      setBusy(false);
    }
  };
  return { busy, trouble, submit };
}

const Buttons = ({ busy, text, onClose }: { busy: boolean; text: string; onClose: () => void }) => (
  <p class="buttons">
    <button class="main" aria-disabled={busy}>{busy ? "Working …" : text}</button>
    <button type="button" onClick={onClose}>Cancel</button>
  </p>
);

function EmailDialog({ order, onClose }: DialogProps) {
  const [to, setTo] = useState("");
  const [message, setMessage] = useState("");
  const [usual, setUsual] = useState("");
  const { busy, trouble, submit } = useSubmit(onClose);
  const id = order.id;
  useEffect(() => {
    ask(() => api.POST("/v1/orders/{id}/email", { params: { path: { id }, query: { dry_run: true }, header: { "Idempotency-Key": "preview" } }, body: {} }))
      .then((email) => setUsual(email.to.join(", ")), () => {});
  }, []);
  const body = { ...(to.trim() ? { to: to.split(/[,;\s]+/).filter(Boolean) } : {}), ...(message.trim() ? { message } : {}) };
  return (
    <Dialog title={`E-mail ${order.number}`} onClose={onClose}>
      <form
        onSubmit={submit(async () => {
          const email = await write(`email ${id} ${JSON.stringify(body)}`, (header) => api.POST("/v1/orders/{id}/email", { params: { path: { id }, header }, body }));
          return `${order.number} goes to ${email.to.join(", ")}.`;
        })}
      >
        <label for="to">To</label>
        <input id="to" type="text" value={to} placeholder={usual} aria-describedby="to-hint" onInput={(e) => setTo(e.currentTarget.value)} />
        <p class="hint" id="to-hint">If you leave it empty, the e-mail goes to {usual || "the customer's addresses"}.</p>
        <label for="message">Message</label>
        <textarea id="message" rows={4} value={message} onInput={(e) => setMessage(e.currentTarget.value)} />
        <p class="hint">The PDF that Print opens is attached.</p>
        <Trouble text={trouble} />
        <Buttons busy={busy} text="Send" onClose={onClose} />
      </form>
    </Dialog>
  );
}

const methods = ["card", "ach", "cash", "check", "wire", "credit"] as const;

function MoneyDialog({ action, order, onClose }: DialogProps & { action: "pay" | "refund" }) {
  const pays = action === "pay";
  const [method, setMethod] = useState<(typeof methods)[number]>("card");
  const [amount, setAmount] = useState(pays && !order.balance.startsWith("-") ? order.balance : "");
  const [reference, setReference] = useState("");
  const { busy, trouble, submit } = useSubmit(onClose);
  const body = { method, amount: amount.trim(), ...(reference.trim() ? { reference: reference.trim() } : {}) };
  return (
    <Dialog title={`${labels[action]} of ${order.number}`} onClose={onClose}>
      <form
        onSubmit={submit(async () => {
          const call = { params: { path: { id: order.id } }, body };
          const after = await write(`${action} ${order.id} ${order.version} ${JSON.stringify(body)}`, (header) => pays
            ? api.POST("/v1/orders/{id}/payments", { ...call, params: { ...call.params, header } })
            : api.POST("/v1/orders/{id}/refunds", { ...call, params: { ...call.params, header } }));
          return `${order.number}: the open balance is ${money(after.balance, after.currency)}.`;
        })}
      >
        <label for="method">Method</label>
        <select id="method" value={method} onChange={(e) => setMethod(e.currentTarget.value as typeof method)}>
          {methods.map((m) => <option key={m} value={m}>{m === "ach" ? "ACH" : m}</option>)}
        </select>
        <label for="amount">Amount in {order.currency}</label>
        <input id="amount" inputMode="decimal" required value={amount} onInput={(e) => setAmount(e.currentTarget.value)} />
        <label for="reference">Reference of the payment provider</label>
        <input id="reference" value={reference} required={method === "card" || method === "ach"} onInput={(e) => setReference(e.currentTarget.value)} />
        <Trouble text={trouble} />
        <Buttons busy={busy} text={labels[action]} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** StepDialog voids or bills, after a look at what would come of it. */
function StepDialog({ action, order, onClose }: DialogProps & { action: Action }) {
  const voids = action === "void";
  const id = order.id;
  const [reason, setReason] = useState("");
  const [preview, setPreview] = useState("");
  const { busy, trouble, submit } = useSubmit(onClose);
  useEffect(() => {
    if (voids) return;
    ask(() => api.POST("/v1/orders/{id}/bill", { params: { path: { id }, query: { dry_run: true } }, body: {} }))
      .then((r) => setPreview(`The checked-out lines become an order of ${money(r.total, r.currency)}.`), (e) => setPreview(explain(e)));
  }, []);
  return (
    <Dialog title={`${labels[action]} ${order.number}`} onClose={onClose}>
      <form
        onSubmit={submit(async () => {
          if (voids) {
            const { credit_note: note } = await write(`void ${id} ${order.version} ${reason}`, (header) => api.POST("/v1/orders/{id}/void", { params: { path: { id }, header }, body: { reason } }));
            return `${order.number} is Voided.${note ? ` Its credit note is ${note.number}.` : ""}`;
          }
          const billed = await write(`bill ${id} ${order.version}`, (header) => api.POST("/v1/orders/{id}/bill", { params: { path: { id }, header }, body: {} }));
          return `${order.number} is billed into ${billed.number}.`;
        })}
      >
        {voids ? (
          <>
            <p>{order.invoice ? `Invoice ${order.invoice.number} stays, and a credit note cancels it.` : `${words(order.kind)} ${order.number} ends here. No invoice is issued.`}</p>
            <label for="reason">Reason</label>
            <input id="reason" required value={reason} onInput={(e) => setReason(e.currentTarget.value)} />
          </>
        ) : <p aria-live="polite">{preview || "Checking …"}</p>}
        <Trouble text={trouble} />
        <Buttons busy={busy} text={labels[action]} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** Choices are the buttons of an order's actions. What has nothing to do is left out; what is refused says why. */
export function Choices({ order, full, onChoose, onDownload }: { order: Order | Row; full: Order | undefined; onChoose: (a: Action) => void; onDownload: () => void }) {
  const brief = order.allowed_actions as Record<string, { allowed: boolean; code: string | null }> | undefined;
  return (
    <ul class="choices">
      {(Object.keys(labels) as Action[]).map((action) => {
        const it = full?.allowed_actions[action] ?? brief?.[action];
        if (!it || it.code === "already_done") return null;
        const why = it.allowed ? undefined : full ? [full.allowed_actions[action].message, full.allowed_actions[action].remedy].filter(Boolean).join(" ") : "…";
        return (
          <Fragment key={action}>
            <li>
              <button
                aria-disabled={!it.allowed}
                aria-describedby={why ? `why-${action}` : undefined}
                onClick={() => it.allowed && onChoose(action)}
              >
                {labels[action]}
              </button>
              {why && <span class="why" id={`why-${action}`}>{why}</span>}
            </li>
            {action === "print" && <li><button onClick={onDownload}>Download PDF</button></li>}
          </Fragment>
        );
      })}
    </ul>
  );
}

/** Menu is the Actions menu of a row. A list has no reasons, so the order is read when the menu opens: one request for a menu. */
export function Menu({ order, beside, onClose, onChoose }: { order: Row; beside: Element; onClose: () => void; onChoose: (a: Action) => void }) {
  const [full, setFull] = useState<Order>();
  useEffect(() => {
    const stop = new AbortController();
    ask(() => api.GET("/v1/orders/{id}", { params: { path: { id: order.id } }, signal: stop.signal }), stop.signal).then(setFull, () => {});
    return () => stop.abort();
  }, []);
  const then = (f: () => void) => () => {
    onClose();
    f();
  };
  return (
    <Dialog title={`Actions for ${order.number}`} beside={beside} onClose={onClose}>
      <div class="menu">
        <a
          href={at(order.id)}
          onClick={(e) => {
            e.preventDefault();
            then(() => go({ order: order.id }))();
          }}
        >
          View details
        </a>
        <Choices order={order} full={full} onChoose={(a) => then(() => onChoose(a))()} onDownload={then(() => void download(order).catch((e) => say(explain(e))))} />
        <button onClick={onClose}>Close</button>
      </div>
    </Dialog>
  );
}

