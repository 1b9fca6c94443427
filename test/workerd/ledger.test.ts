import { afterEach, expect, test, vi } from "vitest";
import { askJson, newProject, runCron } from "./collector";
import { checkLedger, checkStatuses, ledgerTotals, makeSenders, sendMixed } from "./mixed-ledger";

afterEach(() => vi.restoreAllMocks());

test("of a thousand mixed requests the ledger says exactly what became of each, and the status explains 20 ids", async () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const senders = await makeSenders(askJson, newProject());
  const before = (await ledgerTotals(askJson, "unknown"))["rejected"]["unauthorized"] ?? 0;
  const sent = await sendMixed(askJson, senders, 1000);
  await checkLedger(askJson, senders.project, sent.expected, runCron);
  expect((await ledgerTotals(askJson, "unknown"))["rejected"]["unauthorized"]).toBe(before + sent.unauthorized);
  await checkStatuses(askJson, senders, sent.ids, 20);
});
