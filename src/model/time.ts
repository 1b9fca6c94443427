import * as z from "zod";
import { limits } from "../limits";

const IsoTime = z.iso.datetime({ offset: true });

/**
 * A moment as callers give it: Unix seconds with a fraction, or ISO 8601 with a zone. Parsed to Unix seconds.
 * A number that looks like milliseconds is refused: a call in the year 50000 would never be found again.
 */
export const Moment = z
  .union([z.number(), z.string()], { error: "must be Unix seconds (a number) or an ISO 8601 time" })
  .transform((value, context) => {
    const seconds = typeof value === "number" ? value : isoSeconds(value);
    if (seconds === null || seconds < 0) {
      context.addIssue({ code: "custom", message: "must be Unix seconds (a number) or an ISO 8601 time with a zone, not before 1970" });
      return z.NEVER;
    }
    if (seconds > limits.unixSecondsMax) {
      context.addIssue({
        code: "custom",
        message:
          typeof value === "number"
            ? "looks like milliseconds; send Unix seconds, with a fraction if you have one"
            : "must be before the year 5138",
      });
      return z.NEVER;
    }
    return seconds;
  });

/** Unix seconds → whole microseconds, the unit in which times are kept. */
export function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6);
}

/** Microseconds since 1970 → ISO 8601 UTC with six digits, or null. */
export function toIso(microseconds: number | null): string | null {
  if (microseconds === null) return null;
  const wholeMs = Math.floor(microseconds / 1000);
  const restUs = String(microseconds - wholeMs * 1000).padStart(3, "0");
  return new Date(wholeMs).toISOString().replace("Z", `${restUs}Z`);
}

/** Milliseconds between two moments in microseconds; null where one is unknown or the end is before the start. */
export function latencyMs(startedUs: number | null, endedUs: number | null): number | null {
  if (startedUs === null || endedUs === null || endedUs < startedUs) return null;
  return (endedUs - startedUs) / 1000;
}

function isoSeconds(text: string): number | null {
  if (!IsoTime.safeParse(text).success) return null;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return null;
  // Date keeps milliseconds alone: the digits behind them are added back.
  const finer = /\.\d{3}(\d{1,3})/.exec(text)?.[1];
  return (ms * 1000 + (finer === undefined ? 0 : Number(finer.padEnd(3, "0")))) / 1e6;
}
