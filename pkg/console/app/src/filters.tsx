// The filters. Each is a parameter of the address, under the name that the API gives it.
import type { Schemas } from "./api";
import { words } from "./format";
import { go } from "./place";

/** The groups of boxes, by parameter. Their counts are the facet of the same name, if there is one. */
const groups: { name: string; title: string; values: string[]; label?: (v: string) => string }[] = [
  { name: "origin", title: "Origin", values: ["W", "P", "S", "X"], label: (v) => ({ W: "Web", P: "Phone", S: "Standing", X: "External" })[v] ?? v },
  { name: "kind", title: "Kind", values: ["order", "prebook"], label: (v) => `${words(v)}s` },
  { name: "status", title: "Status", values: ["draft", "pending", "confirmed", "checked_out", "billed", "voided"] },
  { name: "payment_indicator", title: "Card", values: ["$"], label: () => "$ unpaid, card required" },
  { name: "payment_status", title: "Payment", values: ["unpaid", "partially_paid", "paid", "overpaid", "refunded"] },
  { name: "email_status", title: "E-mail", values: ["queued", "sent", "delivered", "bounced", "failed"] },
  { name: "salesperson", title: "Salesperson", values: ["me"], label: () => "My customers" },
];

export const filters = ["number", "q", "ship_date_from", "ship_date_to", ...groups.map((g) => g.name)];

export function Filters({ place, facets }: { place: URLSearchParams; facets: Schemas["Facets"] | undefined }) {
  const set = filters.filter((f) => place.has(f)).length;
  return (
    <aside class="filters" aria-label="Filters">
      <details open={innerWidth > 900}>
        <summary>Filters{set > 0 && ` (${set} set)`}</summary>
        <div class="groups">
          {set > 0 && <button class="clear" onClick={() => go(Object.fromEntries(filters.map((f) => [f, null])))}>Clear all filters</button>}
          {groups.map((g) => {
            const chosen = place.get(g.name)?.split(",") ?? [];
            const counts = (facets as Record<string, unknown> | undefined)?.[g.name] as Record<string, number> | undefined;
            return (
              <fieldset key={g.name}>
                <legend>{g.title}</legend>
                {g.values.map((v) => (
                  <label key={v} class="box">
                    <input
                      type="checkbox"
                      checked={chosen.includes(v)}
                      onChange={(e) => go({ [g.name]: g.values.filter((x) => (x === v ? e.currentTarget.checked : chosen.includes(x))).join(",") || null })}
                    />
                    <span>{(g.label ?? words)(v)}</span>
                    {typeof counts?.[v] === "number" && <span class="count">{counts[v]}<span class="hidden"> documents</span></span>}
                  </label>
                ))}
              </fieldset>
            );
          })}
          <fieldset>
            <legend>Ship date</legend>
            {(["from", "to"] as const).map((end) => (
              <label key={end} class="date">
                {words(end)}
                <input type="date" value={place.get(`ship_date_${end}`) ?? ""} onChange={(e) => go({ [`ship_date_${end}`]: e.currentTarget.value || null })} />
              </label>
            ))}
          </fieldset>
        </div>
      </details>
    </aside>
  );
}
