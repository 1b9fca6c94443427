import type { Counter } from "../src/enrich/counter/byte-pair";
import type { EncodingName } from "../src/enrich/counter/counters";
import { seededNumbers } from "../test/unit/enrich/counter/sample-texts";
import { cpuOf } from "./cpu-time";
import { noteFigure } from "./figures";

const UNITS = 1_048_576;
const CPU_MS_MAX = 1000;
/** The least of so many, since what else the machine does can only add. */
const REPEATS = 3;
/** Four times the text may take so many times as long: n log n is 4.4, and the rest is noise. */
const GROWTH_MAX = 5.2;
/** What counting may leave behind, in MB: what the runtime itself keeps of having run. */
const LEFT_MB_MAX = 1;

/** The characters that each family is drawn from, at random. */
const families: Record<string, string> = {
  "one letter": "a",
  space: " ",
  newline: "\n",
  "one punctuation mark": "_",
  punctuation: "!#$%&()*+,-.:;<=>?@[]^_{|}~",
  "random letters": "abcdefghijklmnopqrstuvwxyz",
  "frequent letters": "etaoinshr",
  "letters in any case": "aeiounrstAEIOUNRST",
  "capitals after an ideograph": "漢ABCDEFGHIJ",
  "Chinese, unpunctuated":
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所",
  Thai: "กขคงจฉชซญดตถทนบปผพฟมยรลวสหอะาิีึืุูเแโใไ่้๊๋์",
  Cyrillic: "абвгдежзийклмнопрстуфхцчшщъыьэюя",
  emoji: "😀😂🤣😊😍🙏👍🎉🔥✨🚀💡",
  "ZWJ sequences": "👩\u200d💻🏽❤️🏳",
  "combining marks": "\u0300\u0301\u0302\u0303\u0308\u0323",
  "lone surrogates": "\ud800",
  "mixed white space": " \t\n\r\u3000\u00a0",
  "white space without newlines": " \t\u3000\u00a0",
  base64: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  hex: "0123456789abcdef",
  digits: "0123456789",
  "every code point": "",
};

/** CPU and memory of a mebi of UTF-16 units of each family, and how the time grows when the text doubles. */
export function measureWorstCases(name: EncodingName, counter: Counter): boolean {
  console.log(
    `\n${name}, ms of CPU for a text of so many UTF-16 units; growth when it doubles; MB kept after counting, before and after a collection`,
  );
  console.log(["", "256 Ki", "512 Ki", "1 Mi", "growth", "growth", "before", "after", ""].map(pad).join(""));
  let isReached = true;
  for (const [family, characters] of Object.entries(families)) {
    const text = makeText(Array.from(characters));
    counter.count(text.slice(0, UNITS / 8));
    const base = memoryMb();
    let [quarter, half, whole] = [Infinity, Infinity, Infinity];
    for (let turn = 0; turn < REPEATS; turn += 1) {
      quarter = Math.min(
        quarter,
        cpuOf(() => counter.count(text.slice(0, UNITS / 4))),
      );
      half = Math.min(
        half,
        cpuOf(() => counter.count(text.slice(0, UNITS / 2))),
      );
      whole = Math.min(
        whole,
        cpuOf(() => counter.count(text)),
      );
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const grown = (heapUsed + arrayBuffers) / 1e6 - base;
    const left = memoryMb() - base;
    const note = (what: string, value: number, unit: string, atMost: number) =>
      noteFigure({ bench: "tokens", name: `${name}, ${family}: ${what}`, value, unit, atMost, oneOf: `${name}, ${what}` });
    const verdicts = [
      note("CPU for 1 Mi of units", whole, "ms", CPU_MS_MAX),
      note("CPU when four times as long", whole / quarter, "×", GROWTH_MAX),
      note("left in memory", left, "MB", LEFT_MB_MAX),
    ];
    const isPassed = verdicts.every(Boolean);
    isReached &&= isPassed;
    const figures = [quarter.toFixed(0), half.toFixed(0), whole.toFixed(0), (half / quarter).toFixed(2), (whole / half).toFixed(2)];
    console.log([family, ...figures, grown.toFixed(1), left.toFixed(1), isPassed ? "pass" : "FAIL"].map(pad).join(""));
  }
  return isReached;
}

function makeText(characters: string[]): string {
  const next = seededNumbers(3);
  const parts: string[] = [];
  for (let units = 0; units < UNITS;) {
    const part = characters.length === 0 ? String.fromCodePoint(next(0x110000)) : characters[next(characters.length)]!;
    parts.push(part);
    units += part.length;
  }
  return parts.join("").slice(0, UNITS);
}

/** Of live objects and array buffers, after a collection. */
function memoryMb(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

function pad(cell: string, column: number): string {
  return column === 0 ? cell.padEnd(30) : cell.padStart(8);
}
