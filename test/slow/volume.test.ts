import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCollector, startCollector } from "../e2e/running-collector";
import { exportAll, exportedIds, postRecordings, storedIds, untilSettled } from "./load";

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => await collector.stop());

test("100,000 recordings are stored, listed and exported exactly once each", async () => {
  const ids = Array.from({ length: 100_000 }, (_, index) => `v-${index}`);
  const posts = Array.from({ length: 200 }, (_, index) => ids.slice(index * 500, index * 500 + 500));
  const clients = Array.from({ length: 4 }, async () => {
    for (let post = posts.pop(); post !== undefined; post = posts.pop()) {
      const { stored, spooled } = await postRecordings(collector, post);
      expect(stored.length + spooled.length).toBe(post.length);
    }
  });
  await Promise.all(clients);
  await untilSettled(collector);
  expect(new Set(await storedIds(collector))).toEqual(new Set(ids));
  await exportAll(collector);
  const exported = await exportedIds(collector);
  expect(exported.length).toBe(ids.length);
  expect(new Set(exported)).toEqual(new Set(ids));
});
