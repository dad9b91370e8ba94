// How values are shown. Amounts are decimal texts and are never made binary numbers.
let zone: string | undefined;

/** inZone sets the company's time zone, in which times are shown. */
export const inZone = (name: string | undefined) => (zone = name);

/** money shows an amount with its currency, exactly: "$1,406.00". */
export function money(amount: string, currency: string): string {
  const digits = amount.split(".")[1]?.length ?? 0;
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
  return format.format(amount as `${number}`);
}

/** sum adds decimal texts, exactly. */
export function sum(amounts: string[]): string {
  const digits = Math.max(0, ...amounts.map((a) => a.split(".")[1]?.length ?? 0));
  let total = 0n;
  for (const a of amounts) {
    const [whole = "0", part = ""] = a.split(".");
    total += BigInt(whole + part.padEnd(digits, "0"));
  }
  const text = String(total < 0n ? -total : total).padStart(digits + 1, "0");
  return (total < 0n ? "-" : "") + (digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text);
}

const days = new Intl.DateTimeFormat("en-US", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const shortDays = new Intl.DateTimeFormat("en-US", { day: "numeric", month: "short", timeZone: "UTC" });

/** day shows a date: "Tue, Dec 1, 2026". */
export const day = (date: string) => days.format(new Date(`${date}T00:00:00Z`));

/** shortDay shows a date where there is little room: "Dec 1". */
export const shortDay = (date: string) => shortDays.format(new Date(`${date}T00:00:00Z`));

/** time shows a moment in the company's time zone. */
export const time = (at: string) => new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(new Date(at));

/** words makes a code readable: checked_out is "Checked Out". */
export const words = (code: string) => code.replace(/(^|_)(.)/g, (_, gap, letter) => (gap ? " " : "") + letter.toUpperCase());

/** low is the same without capitals, for the middle of a sentence. */
export const low = (code: string) => code.replaceAll("_", " ");

export const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** units is a quantity with its unit: 288 stems, 1 bunch, 3 each. */
export const units = (n: number, unit: string | null) => (unit === "stem" ? count(n, unit) : unit === "bunch" ? count(n, unit, "bunches") : `${n} ${unit ?? ""}`);

/** list joins names as a sentence does: "carrier, notes and 2 lines". */
export const list = (names: string[]) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);
