// Edits the header and the lines. Only what the reader changed is sent, so that it can be put on top of what others changed.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, ask, etag, explain, Refused, write, type Order, type Problem, type Schemas } from "./api";
import { Totals } from "./details";
import { Dialog, Trouble } from "./dialog";
import { count, low, words } from "./format";
import { now } from "./live";
import { say } from "./say";

type Header = "ship_date" | "carrier" | "po_number" | "notes" | "internal_notes";
type LineField = "boxes" | "units_per_box" | "units" | "unit_price";
type Edits = { header: Partial<Record<Header, string>>; lines: Record<string, Partial<Record<LineField, string>> & { removed?: boolean }> };

const none: Edits = { header: {}, lines: {} };

/** patchOf is the edits as a patch of the order as it is now. Nothing changed is undefined. */
function patchOf(order: Order, edits: Edits): Schemas["OrderPatch"] | undefined {
  const patch: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(edits.header)) if (text !== (order[name as Header] ?? "")) patch[name] = text.trim() === "" ? null : text;
  let touched = false;
  const lines = order.lines.flatMap((l) => {
    const edit = edits.lines[l.id] ?? {};
    if (edit.removed) {
      touched = true;
      return [];
    }
    const line: Record<string, unknown> = { id: l.id };
    for (const name of ["boxes", "units_per_box", "units", "unit_price"] as const) {
      const text = edit[name]?.trim();
      if (text === undefined || text === String(lineValue(l, name))) continue;
      line[name] = name === "unit_price" ? text : Number(text);
      touched = true;
    }
    return [line];
  });
  if (touched) patch["lines"] = lines;
  return Object.keys(patch).length ? (patch as Schemas["OrderPatch"]) : undefined;
}

const lineValue = (l: Schemas["Line"], name: LineField) => (name === "units" ? l.quantity : l[name]);

export function Edit({ order, onDone, onSaved }: { order: Order; onDone: () => void; onSaved: () => Promise<void> }) {
  const [edits, setEdits] = useState(none);
  const [base, setBase] = useState(order); // the version that the reader edits, which stays while others change the order
  const [preview, setPreview] = useState<Order>();
  const [problem, setProblem] = useState<Problem>();
  const [trouble, setTrouble] = useState<string>();
  const [stale, setStale] = useState<Problem>();
  const saving = useRef(false);
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus(), []); // before anybody can type into another field

  const patch = patchOf(base, edits);
  const text = JSON.stringify(patch);

  // The totals, computed by the service: a dry run a moment after the last key.
  useEffect(() => {
    setProblem(undefined);
    setPreview(undefined);
    if (!patch) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(() => api.PATCH("/v1/orders/{id}", { params: { path: { id: base.id }, query: { dry_run: true }, header: { "If-Match": etag(base.version) } }, body: patch, signal: stop.signal }), stop.signal).then(
        setPreview,
        (e) => e instanceof Refused && e.problem.code !== "order_changed" && setProblem(e.problem),
      );
    }, 300);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, base.version]);

  async function save(on: Order) {
    const body = patchOf(on, edits);
    if (!body) return onDone();
    if (saving.current) return;
    saving.current = true;
    setTrouble(undefined);
    try {
      const after = await write(`edit ${on.id} ${on.version} ${JSON.stringify(body)}`, (key) =>
        api.PATCH("/v1/orders/{id}", { params: { path: { id: on.id }, header: { ...key, "If-Match": etag(on.version) } }, body }));
      await onSaved();
      onDone();
      say(`${after.number} is saved.`);
      void now();
    } catch (e) {
      if (e instanceof Refused && e.problem.code === "order_changed") setStale(e.problem);
      else if (e instanceof Refused) setProblem(e.problem);
      else setTrouble(explain(e));
    } finally {
      saving.current = false;
    }
  }

  /** keep puts the reader's edits on the order as it is now, and saves. Lines that others added stay. */
  async function keep() {
    setStale(undefined);
    try {
      const fresh = await ask(() => api.GET("/v1/orders/{id}", { params: { path: { id: base.id } } }));
      setBase(fresh);
      await save(fresh);
    } catch (e) {
      setTrouble(explain(e));
    }
  }

  const faults = new Map(problem?.errors.map((f) => [f.pointer, f.detail]));
  const sent = (patch?.lines ?? []).map((l) => l.id);
  const field = (name: Header, type: "text" | "date" | "area" = "text") => {
    const wrong = faults.get(`/${name}`);
    const shared = {
      id: `edit-${name}`, value: edits.header[name] ?? base[name] ?? "", "aria-invalid": !!wrong, "aria-describedby": wrong ? `wrong-${name}` : undefined,
      onInput: (e: { currentTarget: { value: string } }) => {
        const text = e.currentTarget.value;
        setEdits((old) => ({ ...old, header: { ...old.header, [name]: text } }));
      },
    };
    return (
      <div class="field">
        <label for={`edit-${name}`}>{name === "po_number" ? "PO number" : words(name)[0] + words(name).slice(1).toLowerCase()}</label>
        {type === "area" ? <textarea rows={2} {...shared} /> : type === "date" ? <input type="date" ref={first} {...shared} /> : <input type="text" {...shared} />}
        {wrong && <span class="bad small" id={`wrong-${name}`}>{wrong}</span>}
      </div>
    );
  };
  const cell = (l: Schemas["Line"], name: LineField, label: string) => {
    const wrong = faults.get(`/lines/${sent.indexOf(l.id)}/${name}`);
    return (
      <>
        <input
          inputMode="decimal" aria-label={`${label} of line ${l.position}`} aria-invalid={!!wrong} disabled={l.status === "billed" || edits.lines[l.id]?.removed}
          value={edits.lines[l.id]?.[name] ?? String(lineValue(l, name))}
          onInput={(e) => {
            const text = e.currentTarget.value;
            setEdits((old) => ({ ...old, lines: { ...old.lines, [l.id]: { ...old.lines[l.id], [name]: text } } }));
          }}
        />
        {wrong && <span class="bad small">{wrong}</span>}
      </>
    );
  };

  return (
    <form
      class="edit"
      aria-label={`Edit ${order.number}`}
      onSubmit={(e) => {
        e.preventDefault();
        void save(base);
      }}
    >
      <div class="fields">{field("ship_date", "date")}{field("carrier")}{field("po_number")}{field("notes", "area")}{field("internal_notes", "area")}</div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Lines to edit">
        <table>
          <thead><tr><th scope="col">Goods</th><th scope="col">Boxes</th><th scope="col">Units</th><th scope="col">Price</th><th scope="col">Remove</th></tr></thead>
          <tbody>
            {base.lines.map((l) => (
              <tr key={l.id} class={edits.lines[l.id]?.removed ? "removed" : ""}>
                <th scope="row">{l.description ?? l.sku}</th>
                <td>{l.boxes === null ? "loose" : cell(l, "boxes", "Boxes")}</td>
                <td>{l.boxes === null ? cell(l, "units", "Units") : cell(l, "units_per_box", "Units per box")}</td>
                <td>{cell(l, "unit_price", "Price")}</td>
                <td>
                  <input
                    type="checkbox" aria-label={`Remove line ${l.position}`} checked={edits.lines[l.id]?.removed ?? false} disabled={l.status === "billed"}
                    onChange={(e) => {
                      const removed = e.currentTarget.checked;
                      setEdits((old) => ({ ...old, lines: { ...old.lines, [l.id]: { ...old.lines[l.id], removed } } }));
                    }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div aria-live="polite"><Totals order={preview ?? base} before={base} /></div>
      <Trouble text={problem ? explain(new Refused(problem)) : trouble} />
      <p class="buttons">
        <button class="main" aria-disabled={!patch}>Save</button>
        <button type="button" onClick={onDone}>Cancel</button>
      </p>
      {stale && (
        <Dialog title={`${order.number} changed while you edited it`} onClose={() => setStale(undefined)}>
          <ul>
            {stale.changes?.map((c) => <li key={c.version}>{c.sentence}</li>)}
          </ul>
          <p>You changed {count(Object.keys(patch ?? {}).length, "field")}: {Object.keys(patch ?? {}).map(low).join(", ")}.</p>
          <p class="buttons">
            <button class="main" onClick={() => void keep()}>Keep mine</button>
            <button
              onClick={() => {
                setStale(undefined);
                void onSaved().then(onDone);
              }}
            >
              Take theirs
            </button>
          </p>
        </Dialog>
      )}
    </form>
  );
}
