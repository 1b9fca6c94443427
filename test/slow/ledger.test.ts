import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCollector, startCollector } from "../e2e/running-collector";
import type { Answer, Ask, askJson } from "../workerd/collector";
import { checkLedger, checkStatuses, ledgerTotals, makeSenders, sendMixed } from "../workerd/mixed-ledger";

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => await collector.stop());

test("of 5,000 mixed requests the ledger of a running collector says exactly what became of each, and the status explains 20 ids", async () => {
  let unauthorized = 0;
  for (const project of ["one", "two"]) {
    const senders = await makeSenders(askRunning, project);
    const sent = await sendMixed(askRunning, senders, 2500);
    await checkLedger(askRunning, project, sent.expected, async () => await sleep(1000));
    await checkStatuses(askRunning, senders, sent.ids, 10);
    unauthorized += sent.unauthorized;
  }
  expect((await ledgerTotals(askRunning, "unknown"))["rejected"]).toEqual({ unauthorized });
});

async function askRunning(
  method: string,
  path: string,
  { key = collector.adminKey, headers = {}, body }: Ask = {},
): ReturnType<typeof askJson> {
  const response = await fetch(`${collector.origin}${path}`, {
    method,
    headers: { ...(key === null ? {} : { Authorization: `Bearer ${key}` }), "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text === "" ? {} : (JSON.parse(text) as Answer) };
}
