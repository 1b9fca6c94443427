import * as z from "zod";
import { limits } from "../limits";
import type { Json, JsonObject } from "./json";
import { columnText } from "./name";
import { Moment, toIso, toMicroseconds } from "./time";

/** US dollars for a million tokens. A part without a price of its own costs what its side costs. */
export interface UsdPerMillion {
  input: number;
  output: number;
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
  /** Of what is kept for an hour; without it, what a cache write costs. */
  cacheWrite1h?: number | undefined;
  inputAudio?: number | undefined;
  outputAudio?: number | undefined;
  reasoning?: number | undefined;
}

/** A price that a project sets itself. It stands before every table. */
export interface PriceOverride {
  /** Null is any provider, and a call that names none. */
  provider: string | null;
  /** A whole name, or the beginning of one; upper and lower case are the same. The empty beginning is every model. */
  model: string;
  match: "exact" | "prefix";
  /** The calls it is for, by their own time in microseconds: from `fromUs` on, until just before `untilUs`. */
  fromUs: number | null;
  untilUs: number | null;
  usdPerMillion: UsdPerMillion;
  usdPerCall?: number | undefined;
}

/** All that a project sets of prices. `version` counts its changes and is told with each price. */
export interface ProjectPrices {
  version: number;
  overrides: PriceOverride[];
}

const Usd = z
  .number("must be a price in US dollars")
  .nonnegative("must not be negative")
  .max(limits.overrideUsdMax, `must be at most ${limits.overrideUsdMax}`);

const name = columnText(limits.nameCharsMax);

const Override = z
  .strictObject({
    provider: name.min(1).nullish().describe("Absent is any provider"),
    model: name.min(1).describe("A model's name; with a * at its end, or match prefix, the beginning of one"),
    match: z.enum(["exact", "prefix"]).optional(),
    from: Moment.nullish(),
    until: Moment.nullish(),
    usd_per_million: z.strictObject({
      input: Usd,
      output: Usd,
      cache_read: Usd.optional(),
      cache_write: Usd.optional(),
      cache_write_1h: Usd.optional(),
      input_audio: Usd.optional(),
      output_audio: Usd.optional(),
      reasoning: Usd.optional(),
    }),
    usd_per_call: Usd.optional(),
  })
  .superRefine(({ model, match, from, until }, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (model.slice(0, -1).includes("*")) complain("model", "may hold a * at its end alone");
    else if (match === "exact" && model.endsWith("*")) complain("match", "is exact, and the model ends in a *");
    if (typeof from === "number" && typeof until === "number" && until <= from) complain("until", "must be after from");
  })
  .transform((wire): PriceOverride => {
    const price = wire.usd_per_million;
    const isPrefix = wire.match === "prefix" || wire.model.endsWith("*");
    return {
      provider: wire.provider ?? null,
      model: wire.model.replace(/\*$/, ""),
      match: isPrefix ? "prefix" : "exact",
      fromUs: typeof wire.from === "number" ? toMicroseconds(wire.from) : null,
      untilUs: typeof wire.until === "number" ? toMicroseconds(wire.until) : null,
      usdPerMillion: {
        input: price.input,
        output: price.output,
        cacheRead: price.cache_read,
        cacheWrite: price.cache_write,
        cacheWrite1h: price.cache_write_1h,
        inputAudio: price.input_audio,
        outputAudio: price.output_audio,
        reasoning: price.reasoning,
      },
      usdPerCall: wire.usd_per_call,
    };
  });

/** The body of `PUT /v1/projects/{id}/prices`: all of a project's prices, in place of what it had. */
export const PriceOverrides = z.strictObject({
  overrides: z.array(Override).max(limits.overridesMax, `must be at most ${limits.overridesMax}`),
});

/** An override as it is answered: as it was put, in its shortest form. */
export function overrideAnswer({ provider, model, match, fromUs, untilUs, usdPerMillion: price, usdPerCall }: PriceOverride): JsonObject {
  const given = {
    provider: provider ?? undefined,
    model: match === "prefix" ? `${model}*` : model,
    from: toIso(fromUs) ?? undefined,
    until: toIso(untilUs) ?? undefined,
    usd_per_million: withoutUndefined({
      input: price.input,
      output: price.output,
      cache_read: price.cacheRead,
      cache_write: price.cacheWrite,
      cache_write_1h: price.cacheWrite1h,
      input_audio: price.inputAudio,
      output_audio: price.outputAudio,
      reasoning: price.reasoning,
    }),
    usd_per_call: usdPerCall,
  };
  return withoutUndefined(given);
}

function withoutUndefined(value: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
