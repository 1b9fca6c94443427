import { expect, test, vi } from "vitest";
import { buildDeps, type Env } from "../../src/env";

test.for<[string | number | undefined, number]>([
  [undefined, 500],
  ["7", 7],
  [7, 7],
  ["5000", 5000],
  ["abc", 500],
  ["", 500],
  ["0", 500],
  ["1.5", 500],
  ["5001", 500],
])("EXPORT_BATCH_CHANGES %s is %s: a mistake there stops no recording", ([value, batchChanges]) => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const env = (value === undefined ? {} : { EXPORT_BATCH_CHANGES: value }) as Env;
  expect(buildDeps(env, { waitUntil: () => undefined }).exportBatchChanges).toBe(batchChanges);
  expect(log.mock.calls.length).toBe(value === undefined || Number(value) === batchChanges ? 0 : 1);
  log.mockRestore();
});
