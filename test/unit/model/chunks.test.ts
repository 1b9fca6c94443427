import * as fc from "fast-check";
import { expect, test } from "vitest";
import { chunksWithin } from "../../../src/model/chunks";

test("groups hold every item once, in order, each within its bounds and as full as the next item allows", () => {
  const bounds = fc.record({ sizeMax: fc.integer({ min: 0, max: 40 }), countMax: fc.integer({ min: 1, max: 6 }) });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), bounds, (items, { sizeMax, countMax }) => {
      const chunks = chunksWithin(items, (item) => item, sizeMax, countMax);
      expect(chunks.flat()).toEqual(items);
      const sum = (chunk: number[]) => chunk.reduce((total, item) => total + item, 0);
      for (const [index, chunk] of chunks.entries()) {
        expect(chunk.length).toBeGreaterThan(0);
        expect(chunk.length).toBeLessThanOrEqual(countMax);
        expect(chunk.length === 1 || sum(chunk) <= sizeMax).toBe(true);
        const next = chunks[index + 1]?.[0];
        expect(next === undefined || chunk.length === countMax || sum(chunk) + next > sizeMax).toBe(true);
      }
    }),
  );
});
