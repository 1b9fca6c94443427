import { limits } from "../../src/limits";
import type { Figure } from "../figures";
import type { Provenance } from "../provenance";
import type { Compared } from "./counted";
import { type Measured, type Mix, p95Max } from "./measure";
import type { Paged } from "./paging";

/** What `npm run bench:million` writes down of what it found; null where a part of it was left out. Files of before have no date. */
export interface MillionResults extends Partial<Provenance> {
  rows: number;
  measured: Measured[] | null;
  mix: Mix | null;
  paged: Paged[] | null;
  exported?: { isWhole: boolean };
  metrics?: Compared;
  seconds: number;
  faults: string[];
}

/** The same for the table: each query by its rows and its time, and how many faults there were in all. */
export function figuresOfMillion({ rows, measured, mix, paged, metrics, faults }: MillionResults): Figure[] {
  const figure = (name: string, value: number, unit: string, more: Partial<Figure> = {}): Figure => ({
    bench: "million",
    name,
    value,
    unit,
    ...more,
  });
  return [
    figure("recordings", rows, "rows"),
    ...(measured ?? []).flatMap(({ name, rowsRead, rowsReadMax, p95Ms }) => {
      const kind = name.split(/[:,]/)[0];
      return [
        figure(`${name}: rows read`, rowsRead, "rows", { atMost: rowsReadMax, oneOf: `${kind}: rows read` }),
        figure(`${name}: p95`, p95Ms, "ms", { atMost: p95Max, oneOf: `${kind}: p95` }),
      ];
    }),
    ...(mix === null ? [] : [figure("all queries in turn beside a writer: p95", mix.p95Ms, "ms", { atMost: p95Max })]),
    ...(paged ?? []).map(({ name, p95Ms }) => figure(`page after page, ${name}: p95`, p95Ms, "ms")),
    ...(metrics === undefined
      ? []
      : [figure("percentiles of metrics, off DuckDB's", 100 * metrics.percentileOff, "%", { atMost: limits.latencyErrorPct })]),
    figure("faults: status, order, ids missed or twice, sums that differ from DuckDB's", faults.length, "faults", { atMost: 0 }),
  ];
}
