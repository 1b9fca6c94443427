import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCollector, startCollector } from "../e2e/running-collector";
import { exportedIds, postRecordings } from "./load";

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => await collector.stop());

test("with nobody asking, a recording is in an export within two minutes", async () => {
  await postRecordings(collector, ["left-alone"]);
  const postedMs = Date.now();
  let ids: string[] = [];
  while (ids.length === 0 && Date.now() - postedMs < 120_000) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    ids = await exportedIds(collector);
  }
  expect(ids).toEqual(["left-alone"]);
});
