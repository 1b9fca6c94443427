import { inputBuckets, outputBuckets } from "../../model/usage-buckets";
import type { PriceOverride, ProjectPrices } from "../../model/price-override";
import type { ReportedUsage } from "../../model/usage";

/** What a project's overrides are looked up by. */
interface OverriddenCall {
  provider: string | null;
  model: string;
  /** The call's own time. */
  atUs: number;
}

/**
 * The override that a call is priced by. An exact model stands before a beginning of one, a longer beginning before
 * a shorter, then a named provider before any, then the later start, then the later place in the list.
 */
export function findOverride({ overrides }: ProjectPrices, call: OverriddenCall): PriceOverride | null {
  let best: PriceOverride | null = null;
  for (const override of overrides) if (fits(override, call) && (best === null || rank(override, best) >= 0)) best = override;
  return best;
}

/** What tokens cost by an override, in US dollars. */
export function overrideUsd(override: PriceOverride, promptTokens: number, completionTokens: number, reported: ReportedUsage): number {
  const price = override.usdPerMillion;
  const input = inputBuckets(promptTokens, reported);
  const output = outputBuckets(completionTokens, reported);
  const write1h = Math.min(reported.cacheWrite1hTokens ?? 0, input.cacheWrite);
  const write = price.cacheWrite ?? price.input;
  const millionths =
    input.uncached * price.input +
    input.cacheRead * (price.cacheRead ?? price.input) +
    (input.cacheWrite - write1h) * write +
    write1h * (price.cacheWrite1h ?? write) +
    input.audio * (price.inputAudio ?? price.input) +
    output.text * price.output +
    output.reasoning * (price.reasoning ?? price.output) +
    output.audio * (price.outputAudio ?? price.output);
  return millionths / 1e6 + (override.usdPerCall ?? 0);
}

/** An override by the words it was set in: `openai/gpt-4o*`, and `*` for any provider. */
export function overrideName({ provider, model, match }: PriceOverride): string {
  return `${provider ?? "*"}/${model}${match === "prefix" ? "*" : ""}`;
}

function fits(override: PriceOverride, { provider, model, atUs }: OverriddenCall): boolean {
  if (override.provider !== null && override.provider.toLowerCase() !== provider?.toLowerCase()) return false;
  if ((override.fromUs !== null && atUs < override.fromUs) || (override.untilUs !== null && atUs >= override.untilUs)) return false;
  const [wanted, given] = [override.model.toLowerCase(), model.toLowerCase()];
  return override.match === "exact" ? given === wanted : given.startsWith(wanted);
}

/** Above 0 where `a` says more of a call than `b`. */
function rank(a: PriceOverride, b: PriceOverride): number {
  if (a.match !== b.match) return a.match === "exact" ? 1 : -1;
  if (a.model.length !== b.model.length) return a.model.length - b.model.length;
  if ((a.provider === null) !== (b.provider === null)) return a.provider === null ? -1 : 1;
  return (a.fromUs ?? 0) - (b.fromUs ?? 0);
}
