import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isJsonObject, isWithinDepth, parseJson } from "../../../src/model/json";

test("what JSON.parse holds, parseJson gives as it does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test("an integer of any length comes back digit by digit", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (number) => {
      expect(JSON.stringify(parseJson(`{"n":[${number}]}`))).toBe(`{"n":[${number}]}`);
    }),
  );
});

test("a number beyond a double is no object and no infinity", () => {
  const value = parseJson('{"n":1e400,"m":-1E999}');
  expect(JSON.stringify(value)).toBe('{"n":1e400,"m":-1E999}');
  expect(isJsonObject((value as { n: unknown }).n)).toBe(false);
});

test.for([
  ["0.0", "0"],
  ["0e0", "0"],
  ["-0", "-0"],
  ["-0.0", "-0.0"],
  ["1e-400", "1e-400"],
  [`0.${"0".repeat(400)}1`, `0.${"0".repeat(400)}1`],
  ["1e21", "1e21"],
  ["1E5", "100000"],
  ["9007199254740993", "9007199254740993"],
] as const)("%s is read as %s, whatever stands beside it", ([given, kept]) => {
  for (const beside of ['"2026-01-02"', "1e5", '"x"']) {
    expect(JSON.stringify(parseJson(`[${given}, ${beside}]`))).toBe(JSON.stringify(JSON.parse(`[null, ${beside}]`)).replace("null", kept));
  }
});

test("depth is counted to the level", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: [nested(levels - 1)] });
  expect(isWithinDepth(nested(3), 6)).toBe(true);
  expect(isWithinDepth(nested(3), 5)).toBe(false);
  expect(isWithinDepth(parseJson("[[-0]]"), 2)).toBe(true);
});
