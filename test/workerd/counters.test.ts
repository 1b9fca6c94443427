import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { expect, test } from "vitest";
import { loadCounter } from "../../src/enrich/counter/counters";
import { sampleTexts } from "../unit/enrich/counter/sample-texts";

test.each([
  ["o200k_base", o200k],
  ["cl100k_base", cl100k],
] as const)("in the Worker's runtime, by its Unicode version, a text counts as js-tiktoken counts it: %s", async (name, ranks) => {
  const oracle = new Tiktoken(ranks);
  const counter = await loadCounter(name);
  for (const text of sampleTexts(2000, 20261126)) {
    const expected = oracle.encode(text, [], []).length;
    if (counter.count(text) !== expected) expect(counter.count(text), JSON.stringify(text)).toBe(expected);
  }
});
