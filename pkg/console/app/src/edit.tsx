// Edits the header and the lines. Only what the reader changed is sent, so that it can be put on top of what others changed.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { api, ask, etag, explain, Refused, write, type Order, type Problem, type Schemas } from "./api";
import { Totals } from "./details";
import { Dialog, Trouble } from "./dialog";
import { count, list, low } from "./format";
import { now } from "./live";
import { say } from "./say";

type Header = "ship_date" | "carrier" | "po_number" | "notes" | "internal_notes";
type LineField = "boxes" | "units_per_box" | "units" | "unit_price";
type NewField = "description" | "sku" | "source" | "boxes" | "box_type" | "units" | "unit_type" | "unit_price";
type NewLine = Record<NewField, string>; // units are those in a box, unless the line has no box
type Edits = { header: Partial<Record<Header, string>>; lines: Record<string, Partial<Record<LineField, string>> & { removed?: boolean }>; added: NewLine[] };

const none: Edits = { header: {}, lines: {}, added: [] };

/** begun says whether the reader has written something into a new line. What has only its defaults is left out. */
const begun = (l: NewLine) => [l.description, l.sku, l.boxes, l.units, l.unit_price].some((text) => text.trim());

/** complete says whether a new line has what the service needs to compute it. */
const complete = (l: NewLine) => [l.description + l.sku, l.units, l.unit_price, ...(l.box_type ? [l.boxes] : [])].every((text) => text.trim());

/** lineOf is a new line as the API takes it. */
const lineOf = (l: NewLine) => ({
  source: l.source, unit_type: l.unit_type, unit_price: l.unit_price.trim(),
  ...(l.description.trim() ? { description: l.description } : {}), ...(l.sku.trim() ? { sku: l.sku } : {}),
  ...(l.box_type ? { box_type: l.box_type, boxes: Number(l.boxes), units_per_box: Number(l.units) } : { units: Number(l.units) }),
});

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
  const added = edits.added.filter(begun);
  if (touched || added.length) patch["lines"] = [...lines, ...added.map(lineOf)];
  return Object.keys(patch).length ? (patch as Schemas["OrderPatch"]) : undefined;
}

/** editsInWords names what the reader changed: "the carrier and 2 lines". */
function editsInWords(order: Order, edits: Edits): string {
  const patch = patchOf(order, edits) ?? {};
  const before = new Set(order.lines.map((l) => l.id));
  const removed = Object.entries(edits.lines).filter(([id, l]) => l.removed && before.has(id)).length;
  const changed = (patch.lines ?? []).filter((l) => l.id && Object.keys(l).length > 1).length;
  const added = edits.added.filter(begun).length;
  const header = Object.keys(patch).filter((name) => name !== "lines").map((name) => `the ${headerWords(name)}`);
  const said = [...header, ...(changed ? [count(changed, "line")] : [])];
  return list([
    ...(said.length ? [`changed ${list(said)}`] : []), ...(added ? [`added ${count(added, "line")}`] : []), ...(removed ? [`removed ${count(removed, "line")}`] : []),
  ]);
}

const headerWords = (name: string) => (name === "po_number" ? "PO number" : low(name));

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
  const begunLines = edits.added.filter(begun);
  const unfinished = !begunLines.every(complete); // a line that is being written has no price to add up yet

  // The totals, computed by the service: a dry run a moment after the last key.
  useEffect(() => {
    setProblem(undefined);
    setPreview(undefined);
    if (!patch || unfinished) return;
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
        <label for={`edit-${name}`}>{headerWords(name).replace(/^./, (c) => c.toUpperCase())}</label>
        {type === "area" ? <textarea rows={2} {...shared} /> : type === "date" ? <input type="date" ref={first} {...shared} /> : <input type="text" {...shared} />}
        {wrong && <span class="bad small" id={`wrong-${name}`}>{wrong}</span>}
      </div>
    );
  };
  const change = (at: number, name: NewField, text: string) =>
    setEdits((old) => ({ ...old, added: old.added.map((l, i) => (i === at ? { ...l, [name]: text } : l)) }));
  const adding = useRef<HTMLButtonElement>(null);
  const add = () => {
    const like = base.lines.at(-1); // most lines of an order are of one source and packed the same way
    const line = { description: "", sku: "", source: like?.source ?? "on_hand", boxes: "", box_type: like?.box_type ?? "", units: "", unit_type: like?.unit_type ?? "stem", unit_price: "" };
    setEdits((old) => ({ ...old, added: [...old.added, line] }));
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
          <thead><tr><th scope="col">Goods</th><th scope="col">Boxes</th><th scope="col">Units in a box</th><th scope="col">Price of a unit</th><th scope="col">Remove</th></tr></thead>
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
            {edits.added.map((l, i) => (
              <NewRow
                key={i} line={l} position={base.lines.length + i + 1} prebook={base.kind === "prebook"} required={begun(l)}
                fault={(name) => faults.get(`/lines/${sent.length - begunLines.length + begunLines.indexOf(l)}/${name}`)}
                onChange={(name, text) => change(i, name, text)}
                onRemove={() => {
                  setEdits((old) => ({ ...old, added: old.added.filter((_, j) => j !== i) }));
                  adding.current?.focus();
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p><button type="button" ref={adding} onClick={add}>Add a line</button></p>
      <div aria-live="polite"><Totals order={preview ?? base} before={base} /></div>
      <Trouble text={problem ? explain(new Refused(problem)) : trouble} />
      <p class="buttons">
        <button class="main" aria-disabled={!patch}>Save</button>
        <button type="button" onClick={onDone}>Cancel</button>
      </p>
      {stale && (
        <Dialog title={`${order.number} changed while you edited it`} onClose={() => setStale(undefined)}>
          <ul class="entries">
            {stale.changes?.map((c) => <li key={c.version}>{c.sentence}</li>)}
          </ul>
          <p>You {editsInWords(base, edits)}.</p>
          <p class="hint">Keep mine saves what you changed and leaves what others changed elsewhere. Take theirs drops what you changed.</p>
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

type NewRowProps = {
  line: NewLine; position: number; prebook: boolean; required: boolean; fault: (name: string) => string | undefined; onChange: (name: NewField, text: string) => void; onRemove: () => void;
};

const boxTypes: [string, string][] = [["FB", "full"], ["HB", "half"], ["QB", "quarter"], ["EB", "eighth"], ["", "loose"]];

/** NewRow is a line that the reader adds. */
function NewRow({ line: l, position, prebook, required, fault, onChange, onRemove }: NewRowProps) {
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const text = (name: NewField, label: string, member: string = name, needed = required) => {
    const wrong = fault(member);
    return (
      <>
        <input
          ref={name === "description" ? first : null} aria-label={`${label} of line ${position}`} placeholder={name === "description" || name === "sku" ? label : ""} required={needed}
          inputMode={name === "description" || name === "sku" ? "text" : "decimal"} aria-invalid={!!wrong} value={l[name]} onInput={(e) => onChange(name, e.currentTarget.value)}
        />
        {wrong && <span class="bad small">{wrong}</span>}
      </>
    );
  };
  const choice = (name: NewField, label: string, values: [string, string][]) => (
    <select aria-label={`${label} of line ${position}`} value={l[name]} onChange={(e) => onChange(name, e.currentTarget.value)}>
      {values.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
    </select>
  );
  return (
    <tr>
      <th scope="row">
        {text("description", "Description", "description", required && !l.sku.trim())}{text("sku", "SKU", "sku", false)}
        {prebook && choice("source", "Source", [["future_sales", "Future sales"], ["k2k", "K2K"], ["vendor_availability", "Vendor availability"]])}
      </th>
      <td>{l.box_type && text("boxes", "Boxes")}{choice("box_type", "Box", boxTypes)}</td>
      <td>{text("units", l.box_type ? "Units per box" : "Units", l.box_type ? "units_per_box" : "units")}{choice("unit_type", "Unit", [["stem", "stems"], ["bunch", "bunches"], ["each", "each"]])}</td>
      <td>{text("unit_price", "Price")}</td>
      <td><button type="button" aria-label={`Remove line ${position}`} onClick={onRemove}>Remove</button></td>
    </tr>
  );
}
