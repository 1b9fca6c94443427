import type { Deps } from "../env";
import { limits } from "../limits";
import { logEvent } from "../log";
import { ledgerPlace, rollUpDuplicates, rollUpRange } from "../store/roll-up";

/**
 * Adds to the ledger what was made in the log since the last minute, and the duplicates that will not come again. Another reader
 * of the log, so no request writes a row for it. It goes on for some steps where it is behind; the next minute does the rest.
 */
export async function rollUpLedger(deps: Pick<Deps, "db" | "now">): Promise<void> {
  const { seq, headSeq } = await ledgerPlace(deps.db);
  let fromSeq = seq;
  for (let step = 0; step < limits.ledgerStepsPerMinute && fromSeq < headSeq; step += 1) {
    const toSeq = Math.min(fromSeq + limits.ledgerPlacesPerStep, headSeq);
    if (!(await rollUpRange(deps.db, fromSeq, toSeq))) break;
    fromSeq = toSeq;
  }
  const beforeUs = (deps.now() - limits.duplicatesKeptHours * 3_600_000) * 1000;
  let duplicates = 0;
  for (let step = 0; step < limits.ledgerStepsPerMinute; step += 1) {
    const moved = await rollUpDuplicates(deps.db, beforeUs);
    duplicates += moved;
    // Most of what is looked at is mostly too young: only where much was old is there more to do than a minute's step.
    if (moved < limits.duplicatesPerStep / 2) break;
  }
  if (fromSeq > seq || duplicates > 0) logEvent("ledger_rolled_up", { places: fromSeq - seq, behind: headSeq - fromSeq, duplicates });
}
