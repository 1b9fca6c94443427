import { expect, test } from "vitest";
import type { Issue } from "../../../src/errors";
import { sortInside, sortKeys } from "../../../src/model/own-keys";

const table = { project_id: [], messages: ["all_messages"] };

test("every spelling of a key is its one name, null is absent, the rest is left as it came", () => {
  const issues: Issue[] = [];
  for (const key of ["messages", "all_messages", "allMessages"]) {
    expect(sortKeys({ [key]: [], projectId: null, other_key: 1, otherKey: null }, table, "", issues)).toEqual({
      known: { messages: [] },
      unknown: { other_key: 1, otherKey: null },
    });
  }
  expect(issues).toEqual([]);
});

test("two spellings of one key are an issue at its path", () => {
  const issues: Issue[] = [];
  sortKeys({ all_messages: [], allMessages: [] }, table, "outer", issues);
  expect(issues).toMatchObject([{ path: "outer.messages" }]);
});

test("keys that objects are born with are keys like others", () => {
  const value = JSON.parse('{"__proto__":{"project_id":"x"},"constructor":1,"toString":2}') as never;
  const { known, unknown } = sortKeys(value, table, "", []);
  expect(known).toEqual({});
  expect(JSON.stringify(unknown)).toBe('{"__proto__":{"project_id":"x"},"constructor":1,"toString":2}');
});

test("an inner object is sorted in its place; what is none is left for the schema", () => {
  const parent = { call_info: { allMessages: 1, x: 2 }, other: 5 };
  expect(sortInside(parent, "call_info", table, "", [])).toEqual({ x: 2 });
  expect(parent.call_info).toEqual({ messages: 1 });
  expect(sortInside(parent, "other", table, "", [])).toEqual({});
  expect(parent.other).toBe(5);
});
