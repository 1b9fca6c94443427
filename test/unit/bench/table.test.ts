import { expect, test } from "vitest";
import { type Figure, isMet } from "../../../bench/figures";
import { tableOf } from "../../../bench/table";

const figure = (more: Partial<Figure>): Figure => ({ bench: "some", name: "rows", value: 5, unit: "rows", ...more });
const lines = (figures: Figure[]) =>
  tableOf(figures)
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/));

test("a figure is met within its bounds, by its ratio too, and never where it is no number", () => {
  const reference = { name: "other", value: 2 };
  expect([figure({}), figure({ atMost: 5, atLeast: 5 }), figure({ reference, ratioAtLeast: 2.5 })].map(isMet)).toEqual([true, true, true]);
  expect([figure({ atMost: 4.9 }), figure({ atLeast: 5.1 }), figure({ reference, ratioAtLeast: 2.6 })].map(isMet)).toEqual([
    false,
    false,
    false,
  ]);
  expect([figure({ value: Number.NaN }), figure({ ratioAtLeast: 1 })].map(isMet)).toEqual([false, false]);
});

test("a line has the figure, its reference, the ratio, the bound and the verdict", () => {
  const reference = { name: "other", value: 2 };
  expect(lines([figure({ reference, ratioAtLeast: 3 })])).toEqual([["some", "rows", "5 rows", "other 2", "×2.50", "at least ×3", "FAIL"]]);
  expect(lines([figure({ atMost: 6 })])).toEqual([["some", "rows", "5 rows", "at most 6", "pass"]]);
});

test("of many of a kind the table has the one nearest its bound, and each that is out of its own", () => {
  const of = (name: string, value: number, atMost: number) => figure({ name, value, atMost, oneOf: "kind" });
  expect(lines([of("a", 1, 10), of("b", 9, 10), of("c", 90, 200)]).map(([, name]) => name)).toEqual(["b (nearest its bound of 3)"]);
  expect(lines([of("a", 1, 10), of("b", 11, 10), of("c", 13, 10)]).map(([, name]) => name)).toEqual(["b", "c (nearest its bound of 3)"]);
});
