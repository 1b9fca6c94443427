import { toIso } from "../../model/time";
import type { Measures } from "../../query/metrics-answer";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** A number of things; unknown is a dash, and no zero. */
export function countText(count: number | null): string {
  return count === null ? "–" : whole.format(count);
}

/** The same in few characters: 12.3K. */
export function shortCount(count: number | null): string {
  return count === null ? "–" : short.format(count);
}

/** US dollars with as many places as tell something. */
export function costText(usd: number | null): string {
  if (usd === null) return "–";
  if (usd === 0) return "$0";
  const places = usd >= 100 ? 0 : usd >= 1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(places)}`;
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
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${minutes} min ${Math.round((ms % 60_000) / 1000)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
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
