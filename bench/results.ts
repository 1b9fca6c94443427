import type { Figure } from "./figures";
import type { Provenance } from "./provenance";

/** Where `npm run bench` writes what it found. */
export const resultsFile = "bench/results.json";

/** What stands there. */
export interface Results extends Provenance {
  /** How long each bench took. */
  secondsOf: Record<string, number>;
  figures: (Figure & { ratio: number | null; isMet: boolean })[];
}
