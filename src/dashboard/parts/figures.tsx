import { toIso } from "../../model/time";
import type { Measures } from "../../query/metrics-answer";

/** The forms of numbers, made when one is first written: the runtime reads its tables of languages for them, which takes longer than a page does. */
const formats: { whole?: Intl.NumberFormat; short?: Intl.NumberFormat } = {};

/** A number of things; unknown is a dash, and no zero. */
export function countText(count: number | null): string {
  return count === null ? "–" : wholeText(count);
}

/** The same in few characters: 12.3K. */
export function shortCount(count: number | null): string {
  return count === null
    ? "–"
    : (formats.short ??= new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 })).format(count);
}

/** US dollars with as many places as tell something, down to the billionth that is counted. */
export function costText(usd: number | null): string {
  if (usd === null) return "–";
  if (usd === 0) return "$0";
  if (usd >= 100) return `$${wholeText(usd)}`;
  return `$${usd.toFixed(usd >= 1 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(usd))))}`;
}

/** What calls cost together: nothing is known of it where none is priced. */
export function totalCostText({
  recordings,
  recordings_without_cost: unpriced,
  cost_usd: usd,
}: Pick<Measures, "recordings" | "recordings_without_cost" | "cost_usd">): string {
  return costText(unpriced === recordings ? null : usd);
}

/** How long something took. */
export function durationText(ms: number | null): string {
  if (ms === null) return "–";
  if (ms > 0 && ms < 0.95) return ms < 0.1 ? "<0.1 ms" : `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / 60_000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function wholeText(number: number): string {
  return (formats.whole ??= new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 })).format(number);
}

/** A moment: UTC, until a script shows it in the reader's own zone. */
export function Time({ at }: { at: number | string | null }) {
  const iso = typeof at === "number" ? toIso(at) : at;
  if (iso === null) return <span>–</span>;
  return (
    <time datetime={iso} title={iso}>
      {iso.slice(0, 19).replace("T", " ")}
    </time>
  );
}
