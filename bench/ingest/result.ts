import type { ContenderName } from "./contenders";
import { type Extent, type Measured, measureAll, medianOf, summarise } from "./measure";
import type { Load } from "./posts";
import { judge, type Verdict } from "./verdicts";

/** What one contender took of one load, and the collector's figures by its own. */
export interface IngestRow extends ReturnType<typeof summarise> {
  load: Load;
  contender: ContenderName;
  /** The collector's requests/s by this one's, and its CPU a request: medians of the rounds' ratios; 1 for itself. */
  requestsRatio: number;
  cpuRatio: number;
}

/** All of the ingest's part, as it is written down. */
export interface IngestResult {
  rows: IngestRow[];
  verdicts: Verdict[];
}

/** Measures the ingest. @throws Error where an answer is not as it must be, or a row is missing after the load. */
export async function measureIngest(extent: Extent): Promise<IngestResult> {
  const measured = await measureAll(extent);
  const rows = measured.map((one): IngestRow => {
    const ours = measured.find(({ load, contender }) => load === one.load && contender === "collector") ?? one;
    return {
      load: one.load,
      contender: one.contender,
      ...summarise(one),
      requestsRatio: ratioOf(ours, one, "requestsPerS"),
      cpuRatio: ratioOf(ours, one, "cpuMs"),
    };
  });
  return { rows, verdicts: judge(measured) };
}

function ratioOf(ours: Measured, other: Measured, figure: "requestsPerS" | "cpuMs"): number {
  return medianOf(ours.bursts.map((burst, round) => burst[figure] / (other.bursts[round]?.[figure] ?? Number.NaN)));
}
