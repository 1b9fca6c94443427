import { loadPriceTable, priceCall } from "../enrich/price/cost";
import type { Deps } from "../env";
import { within } from "../keep/within";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { Cost, StoredRecording } from "../model/recording";
import type { Reprice } from "../model/reprice";
import { totalUsage } from "../model/usage";
import { findReprice, findRepricePage, takeStalledReprices, writeRepricePage } from "../store/reprices";

/**
 * Goes on with a repricing, some pages of it, and has the queue go on with the rest. May run twice, or at once: whoever finds
 * that another has taken the page leaves the rest to him.
 */
export async function runReprice(id: string, deps: Deps): Promise<void> {
  let before: Reprice | null = null;
  for (let page = 0; page < limits.repricePagesPerMessage; page += 1) {
    const reprice = await findReprice(deps.db, id);
    if (reprice === null) return logEvent("reprice_unknown", { reprice: id });
    if (reprice.state === "done") return logEvent("repriced", { reprice: id, looked_at: reprice.lookedAt, changed: reprice.changed });
    if (before !== null && reprice.nextSeq !== before.nextSeq) return logEvent("reprice_left", { reprice: id });
    // Where the prices have changed meanwhile, the page is priced anew.
    before = (await repricePage(reprice, deps)) ? null : reprice;
  }
  await sendReprice(id, deps);
}

/** Wakes a consumer for a repricing. Its row is what counts: a message that cannot be sent now is sent again by the cron. */
export async function sendReprice(id: string, deps: Deps): Promise<void> {
  try {
    await within(deps.queue.send({ type: "reprice", reprice_id: id }), limits.wakeTimeoutMs, "The queue");
  } catch (thrown) {
    logEvent("reprice_wakeup_failed", { cause: causeText(thrown) });
  }
}

/** Sends the message again of each repricing that stands still. */
export async function resendStalledReprices(deps: Deps): Promise<void> {
  const nowUs = deps.now() * 1000;
  for (const id of await takeStalledReprices(deps.db, nowUs - limits.repriceResendSeconds * 1e6, nowUs)) await sendReprice(id, deps);
}

/** Prices one page. Answers whether it was written: not where another consumer or a change of prices came between. */
async function repricePage(reprice: Reprice, deps: Deps): Promise<boolean> {
  const { prices, recordings, lastSeq } = await findRepricePage(deps.db, reprice);
  const page = { nextSeq: lastSeq, lookedAt: 0, costs: [] as (StoredRecording & { cost: Cost })[], pricesVersion: prices?.version ?? 0 };
  const table = await loadPriceTable();
  let bytes = 0;
  for (const recording of recordings) {
    const cost = priceCall(recording, totalUsage(recording.usage), prices, table);
    if (!isSame(recording.cost, cost)) {
      bytes += recording.contentBytes;
      // A row is rewritten whole, its content too.
      if (bytes > limits.repricedBytesPerPage && page.costs.length > 0) {
        page.nextSeq = recording.seq - 1;
        break;
      }
      page.costs.push({ ...recording, cost });
    }
    page.lookedAt += 1;
  }
  return await writeRepricePage(deps.db, reprice, page, deps.now() * 1000);
}

function isSame(one: Cost, other: Cost): boolean {
  return (
    one.nanoUsd === other.nanoUsd &&
    one.source === other.source &&
    one.priceVersion === other.priceVersion &&
    one.pricedAs === other.pricedAs
  );
}
