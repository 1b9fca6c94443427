import * as z from "zod";
import { limits } from "../limits";

/** ISO 8601 with a zone; the seconds and the zone's colon may be missing. */
const isoTime = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})$/;

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

/** The UTC day of a moment: `2026-01-31`. */
export function dayOf(microseconds: number): string {
  return new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, 10);
}

/** Milliseconds between two moments in microseconds; null where one is unknown or the end is before the start. */
export function latencyMs(startedUs: number | null, endedUs: number | null): number | null {
  if (startedUs === null || endedUs === null || endedUs < startedUs) return null;
  return (endedUs - startedUs) / 1000;
}

function isoSeconds(given: string): number | null {
  const [, year, month, day, clock = "", zone = ""] = isoTime.exec(given) ?? [];
  const ms = Date.parse(`${year}-${month}-${day}${clock}${zone.replace(/(\d{2}):?(\d{2})$/, "$1:$2")}`);
  // Date takes a 30th of February for the 2nd of March.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  if (Number.isNaN(ms) || !isDay) return null;
  // Date keeps milliseconds alone: the digits behind them are added back.
  const finer = /\.\d{3}(\d{1,3})/.exec(clock)?.[1];
  return (ms * 1000 + (finer === undefined ? 0 : Number(finer.padEnd(3, "0")))) / 1e6;
}
