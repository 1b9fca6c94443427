import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { priceVersion } from "../../../src/enrich/price/cost";
import { batchId, parseBatchId } from "../../../src/model/batch";
import { isId } from "../../../src/model/id";
import { decodeCursor, encodeCursor } from "../../../src/store/cursor";
import { version } from "../../../src/version";

test("ids hold the alphabet, 1–128 of it, and are never a path's dots", () => {
  for (const id of ["a", "A-Z_0.9:@", "x".repeat(128), "..."]) expect(isId(id)).toBe(true);
  for (const id of ["", "x".repeat(129), "a b", "a/b", "é", "a\u0000", "\ud800", ".", "..", 5, null, "a\n"]) expect(isId(id)).toBe(false);
});

test("a cursor is the place it was made of, and nothing else is one", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (seq) => {
      expect(decodeCursor(encodeCursor(seq))).toBe(seq);
    }),
  );
  for (const cursor of ["", "s", "x1", "s-1", "s1.5", "szzzzzzzzzzz", "S1"]) expect(() => decodeCursor(cursor)).toThrow("cursor");
});

test("a batch's name gives its parts back", () => {
  const batch = { destination: "default", generation: "0a1b2c", fromSeq: 0, toSeq: 500 };
  expect(parseBatchId(batchId(batch))).toEqual(batch);
  for (const name of ["", "default", "default.0a.5", "de fault.0a.0-1", "default.0a.0-1/../x"]) expect(parseBatchId(name)).toBeNull();
});

test("the versions told are the versions installed", () => {
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as { version: string };
  expect(version).toBe(read("package.json").version);
  expect(priceVersion).toBe(`genai-prices ${read("node_modules/@pydantic/genai-prices/package.json").version}`);
});
