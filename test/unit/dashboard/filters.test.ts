import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readFilters } from "../../../src/dashboard/parts/filters";
import { filteredMaps } from "../../../src/dashboard/recording-filters";

const nowMs = 1_790_000_000_000;
const read = (given: Record<string, string>) => readFilters(given, filteredMaps, nowMs);

test("both inputs of a map become the API's condition, in the address too", () => {
  const { moved } = read({ metadata_key: "user", metadata_value: "u-1", model: "gpt-4o", project_id: "p" });
  expect(moved).toEqual({ "metadata.user": "u-1", model: "gpt-4o" });
});

test("one input of a map asks for nothing", () => {
  expect(read({ feedback_key: "score", feedback_value: "" }).moved).toEqual({});
  expect(read({ feedback_key: "", feedback_value: "1" }).moved).toEqual({});
});

test("an address of the API's words stays, and asks for what it says", () => {
  const { asked, moved, isFiltered } = read({ "metadata.user": "u-1", sort: "cost" });
  expect({ asked, moved, isFiltered }).toEqual({ asked: { "metadata.user": "u-1", sort: "cost" }, moved: null, isFiltered: true });
});

test("a time back from now is asked for as a moment, unless one is named", () => {
  expect(read({ since: "24h" })).toMatchObject({ asked: { from: String(nowMs / 1000 - 86_400) }, since: "24h", moved: null });
  expect(read({ since: "24h", from: "5" }).asked).toEqual({ from: "5" });
  expect(read({ since: "toString" }).asked).toEqual({});
});

test("a project, a cursor and a limit are no filter", () => {
  expect(read({ project_id: "p", cursor: "c", limit: "5" }).isFiltered).toBe(false);
});

test("wherever a form leads, it leads there once, and asks for the same", () => {
  const name = fc.constantFrom(
    ..."metadata_key metadata_value feedback_key feedback_value metadata.a feedback.a since from model project_id cursor limit constructor __proto__".split(
      " ",
    ),
  );
  const value = fc.constantFrom("", "a", "24h", "5", "constructor", "__proto__");
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (entries) => {
      const first = read(Object.fromEntries(entries));
      if (first.moved === null) return;
      const next = read(first.moved);
      expect(next.moved).toBe(null);
      expect(next.isFiltered).toBe(first.isFiltered);
      expect(Object.keys(next.asked).filter((key) => /_(?:key|value)$/.test(key))).toEqual([]);
    }),
  );
});
