import * as fc from "fast-check";
import { expect, test } from "vitest";
import { batchSize, chooseRanges } from "../../../src/export/choose-ranges";
import { limits } from "../../../src/limits";
import { dayOf } from "../../../src/model/time";
import type { LogEntry } from "../../../src/store/log";

const everything = { format: "ndjson", content: "full", projectId: null, environment: null, prefix: "" } as const;
const dayUs = 86_400e6;

/** A log with holes, of a few projects and environments, over a few days. */
const log = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      projectId: fc.constantFrom("a", "b", "c"),
      environment: fc.constantFrom("prod", "test", null),
      bytes: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 30_000 })),
      committedUs: fc.integer({ min: 0, max: 3 * dayUs }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let seq = 7;
    return steps.map(({ gap, ...entry }): LogEntry => ({ ...entry, seq: (seq += gap) }));
  });
const selection = fc.record({ projectId: fc.constantFrom("a", "b", null), environment: fc.constantFrom("prod", null) });
const rule = fc.record({
  size: fc.record({
    changes: fc.integer({ min: 1, max: 12 }),
    bytes: fc.integer({ min: 2000, max: 40_000 }),
    parts: fc.integer({ min: 1, max: 5 }),
  }),
  committedByUs: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 3 * dayUs })),
  hasMore: fc.boolean(),
});

test("batches are ranges in order, without overlap; every change that is wanted and lies before the cursor is in exactly one, with its part", () => {
  fc.assert(
    fc.property(log, selection, rule, (entries, wanted, how) => {
      const { batches, cursorSeq } = chooseRanges(entries, 7, { selection: { ...everything, ...wanted } }, how);
      const isWanted = (entry: LogEntry) =>
        (wanted.projectId ?? entry.projectId) === entry.projectId &&
        (wanted.environment === null || wanted.environment === entry.environment);
      let end = 7;
      for (const { fromSeq, toSeq, changes, parts, oldestUs } of batches) {
        expect(fromSeq).toBeGreaterThanOrEqual(end);
        expect(toSeq).toBeGreaterThan(fromSeq);
        const inside = entries.filter((entry) => isWanted(entry) && entry.seq > fromSeq && entry.seq <= toSeq);
        expect(changes).toBe(inside.length);
        expect(changes).toBeGreaterThan(0);
        expect(changes).toBeLessThanOrEqual(how.size.changes);
        expect(parts.length).toBeLessThanOrEqual(Math.max(1, how.size.parts));
        expect(new Set(parts.map(({ projectId, date }) => `${projectId} ${date}`))).toEqual(
          new Set(inside.map(({ projectId, committedUs }) => `${projectId} ${dayOf(committedUs)}`)),
        );
        expect(oldestUs).toBe(Math.min(...inside.map(({ committedUs }) => committedUs)));
        const bytes = inside.reduce((sum, entry) => sum + entry.bytes + limits.lineHeadBytes, 0);
        expect(changes === 1 || bytes <= how.size.bytes).toBe(true);
        // Between two batches lies nothing that is wanted.
        expect(entries.filter((entry) => isWanted(entry) && entry.seq > end && entry.seq <= fromSeq)).toEqual([]);
        end = toSeq;
      }
      expect(cursorSeq).toBeGreaterThanOrEqual(end);
      expect(entries.filter((entry) => isWanted(entry) && entry.seq > end && entry.seq <= cursorSeq)).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test("what is cut does not depend on how far was looked at once: going on from the cursor gives the same batches", () => {
  fc.assert(
    fc.property(log, selection, rule, fc.integer({ min: 1, max: 20 }), (entries, wanted, { size }, step) => {
      const destination = { selection: { ...everything, ...wanted } };
      const atOnce = chooseRanges(entries, 7, destination, { size, committedByUs: null, hasMore: false });
      const inSteps = [];
      let cursorSeq = 7;
      for (let looked = step; ; looked += step) {
        const window = entries.slice(0, looked).filter(({ seq }) => seq > cursorSeq);
        const chosen = chooseRanges(window, cursorSeq, destination, { size, committedByUs: null, hasMore: false });
        inSteps.push(...chosen.batches);
        cursorSeq = chosen.cursorSeq;
        if (looked >= entries.length) break;
      }
      expect(inSteps.map(({ toSeq, changes }) => ({ toSeq, changes }))).toEqual(
        atOnce.batches.map(({ toSeq, changes }) => ({ toSeq, changes })),
      );
      expect(cursorSeq).toBe(atOnce.cursorSeq);
    }),
  );
});

test("a young rest waits, an old one is cut, and one behind which the log goes on too", () => {
  const entries = [1, 2, 3].map((seq) => ({ seq, projectId: "a", environment: null, bytes: 10, committedUs: seq * 1000 }));
  const size = batchSize({ target: { kind: "r2" } }, 500);
  const cut = (committedByUs: number | null, hasMore = false) =>
    chooseRanges(entries, 0, { selection: everything }, { size, committedByUs, hasMore }).batches.length;
  expect([cut(null), cut(999), cut(1000), cut(null, true)]).toEqual([0, 0, 1, 1]);
});

test("a webhook's batches are as small as its body must be", () => {
  const entries = Array.from({ length: 1000 }, (_, index) => ({
    seq: index + 1,
    projectId: `p${index}`,
    environment: null,
    bytes: 9000,
    committedUs: 5,
  }));
  const size = batchSize({ target: { kind: "webhook", url: "", secret: "" } }, 500);
  const { batches } = chooseRanges(entries, 0, { selection: everything }, { size, committedByUs: 5, hasMore: false });
  expect(batches.every(({ changes }) => changes * 10_500 <= 1_000_000)).toBe(true);
  expect(batches.reduce((sum, { changes }) => sum + changes, 0)).toBe(1000);
});
