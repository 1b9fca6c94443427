import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { loadCounter } from "../src/enrich/counter/counters";
import { sampleTexts } from "../test/unit/enrich/counter/sample-texts";
import { readRecordedCalls } from "./corpora";

const TEXTS = 200_000;
/** js-tiktoken's time is quadratic in a piece, so that a long one would take hours: such a text is left out, and counted. */
const PIECE_UNITS_MAX = 3000;

/** Compares with js-tiktoken more than a test may take time for: made-up texts, and all that recorded calls hold. */
export async function compareExactly(path: string | undefined): Promise<boolean> {
  let isEqual = true;
  for (const [name, ranks] of [
    ["o200k_base", o200k],
    ["cl100k_base", cl100k],
  ] as const) {
    const counter = await loadCounter(name);
    const oracle = new Tiktoken(ranks);
    const pattern = new RegExp(ranks.pat_str, "ug");
    const compare = (kind: string, texts: Iterable<string>) => {
      let compared = 0;
      let tokens = 0;
      let leftOut = 0;
      const different: string[] = [];
      for (const text of texts) {
        if (text.length > PIECE_UNITS_MAX && (text.match(pattern) ?? []).some((piece) => piece.length > PIECE_UNITS_MAX)) {
          leftOut += 1;
          continue;
        }
        const expected = oracle.encode(text, [], []).length;
        compared += 1;
        tokens += expected;
        if (counter.count(text) !== expected) different.push(text);
      }
      console.log(`${name}, ${kind}: ${compared} texts of ${tokens} tokens compared, ${different.length} differ, ${leftOut} left out`);
      for (const text of different.slice(0, 5)) console.log(`  ${JSON.stringify(text.slice(0, 200))}`);
      isEqual &&= different.length === 0;
    };
    compare("made-up texts", sampleTexts(TEXTS, 1));
    if (path !== undefined) compare("recorded calls", new Set(readRecordedCalls(path)));
  }
  if (path === undefined) console.log("No recorded calls were given: npm run bench:tokens -- --exact <file.jsonl.gz>");
  return isEqual;
}
