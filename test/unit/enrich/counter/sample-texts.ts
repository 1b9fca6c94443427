/** A source of numbers that are the same for the same seed: mulberry32. Each is at least 0 and below `below`. */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Each stands for a rule of the split patterns, of UTF-8 or of the merge. They are short, for js-tiktoken's time is quadratic in a piece. */
export const snippets: string[] = [
  "don't|WE'LL|I'M|'ve|'S|'x|ſ's|it'ſ|'K|Hello| the| World|camelCase|HTTPServer|ǅ|ǅs|ʰ|ª|K|ß|İ|ﬁ",
  "'s|'S|'t|'T|'re|'rE|'Re|'RE|'vE|'m|'M|'ll|'lL|'LL|'d|'D|'l|'r|'v|'",
  "_|__init__|----|====|=> {|);|//|/*|http://|...|!/\n/|1|12|123|1234567|٣٤٥|Ⅷ|½|²|aaaaaaaa|qzxjkvbw",
  "漢字仮名|的一是在不|日本語の|漢ABC|ー|々|한국어|ᄒ|Привет|שלום|مرحبا|नमस्ते|ไทยภาษา|Ελλάδα",
  " |  |    |\t|\n|\n\n|\r\n| \n |\r|\u0085|\u00a0|\u1680|\u180e|\u2028|\u2029|\u3000|\u3000\u3000|\ufeff|\u200b|\0",
  "👍🏽|👨‍👩‍👧‍👦|🏳️‍🌈|🇩🇪|☺️|1️⃣|\u200d|\ufe0f|e\u0301|a\u0308\u0323|\u0301|\u0301\u0301|\u0301A|\u20e3",
  "\ud800|\udfff|\ud83d|\ude00|\ufffd|\uffff|\u{10ffff}|\u{e000}|\u{1d49c}|\u{20000}|\u{16fe0}|\u{10400}|\u{10428}",
]
  .flatMap((line) => line.split("|"))
  .concat("<|endoftext|>", "<|endofprompt|>", "<|im_start|>", "<|fim_prefix|>", "<|", "|>", "|");

/** The first and last code point of what characters are drawn from; one line is one choice. Lone surrogates are among them. */
const ranges: [first: number, last: number][] = [
  [0, 0x7f],
  [0x80, 0x24f],
  [0x250, 0x17ff],
  [0x1800, 0x2fff],
  [0x3000, 0x9fff],
  [0xa000, 0xffff],
  [0xd800, 0xdfff],
  [0x10000, 0x1ffff],
  [0x1f300, 0x1faff],
  [0x20000, 0x10ffff],
];

/** Texts of all that the patterns tell apart, of at most some 60 characters, the same for the same seed. */
export function* sampleTexts(count: number, seed: number): Generator<string> {
  const next = seededNumbers(seed);
  for (let made = 0; made < count; made += 1) {
    const bits = next(10) + 1;
    // Half of the texts stay in one range, so that its characters meet each other.
    const range = next(2) === 0 ? next(ranges.length) : -1;
    let text = "";
    for (let bit = 0; bit < bits && text.length < 48; bit += 1) text += sampleBit(next, range);
    yield text;
  }
}

function sampleBit(next: (below: number) => number, range: number): string {
  const choice = next(8);
  if (choice < 4) return snippets[next(snippets.length)] ?? "";
  if (choice === 4) return Array.from({ length: next(10) + 1 }, () => "abeinorst"[next(9)]).join("");
  const [first, last] = ranges[range < 0 ? next(ranges.length) : range] ?? [0, 0];
  return Array.from({ length: next(3) + 1 }, () => String.fromCodePoint(first + next(last - first + 1))).join("");
}
