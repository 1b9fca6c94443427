import type { Deps } from "../env";
import { limits } from "../limits";
import { extendRuns, runsPlace } from "../store/project-runs";

/** Makes the runs that no post made behind its reply. Where few places are left the next post does: each time is two rows written. */
export async function extendRunsDue({ db }: Pick<Deps, "db">): Promise<void> {
  const { seq, headSeq } = await runsPlace(db);
  if (headSeq - seq < 2 * limits.runPlaces) return;
  for (let step = 0; step < limits.runStepsPerMinute; step += 1) if ((await extendRuns(db)) === 0) return;
}
