// Fits the constants of the families without a public tokenizer, and measures every family's error:
// `npm run fit:usage -- <rows.jsonl[.gz]> [--held-out]` writes src/enrich/estimate/family-weights.json, which nobody edits by hand,
// and prints what is measured by cross-validation over fifths of the conversations. With --held-out the constants
// are fitted on four fifths, so that `bench:usage --held-out` scores calls that they have not seen.
import { writeFileSync } from "node:fs";
import { callToCount } from "../src/enrich/call/call-to-count";
import type { Weights } from "../src/enrich/estimate/family-weights";
import { readConversation } from "../src/enrich/call/conversation";
import { countSide } from "../src/enrich/estimate/count-side";
import { loadCounter } from "../src/enrich/counter/counters";
import { imageTokens } from "../src/enrich/estimate/image-tokens";
import { familyForModel } from "../src/enrich/call/model-family";
import { variantFor } from "../src/enrich/call/model-variant";
import { openaiWeights } from "../src/enrich/estimate/openai-weights";
import { type Example, fitWeights, predict } from "./fit-weights";
import { familyPriors, parents, priors, rareNames, variantPriors } from "./fit-priors";
import { folds, heldOutFold, readUsageRows } from "./usage-rows";
import { errorPct, quantile } from "./usage-score";

type SideName = "prompt" | "completion";
/** By variant, and by family for the variants that are not known. */
type Table = Record<string, Record<SideName, Weights>>;
interface FitRow {
  family: string;
  variant: string;
  fold: number;
  hasTools: boolean;
  sides: Partial<Record<SideName, Example>>;
}

const args = process.argv.slice(2);
const path = args.find((arg) => !arg.startsWith("--"));
if (path === undefined) {
  process.stderr.write("usage: npm run fit:usage -- <rows.jsonl[.gz]> [--held-out]\n");
  process.exit(2);
}
const isHeldOut = args.includes("--held-out");
const rows = await readExamples(path);

const measured: { row: FitRow; side: SideName; error: number }[] = [];
for (const fold of folds) {
  const table = fitTable(rows.filter((row) => row.fold !== fold));
  for (const row of rows.filter((each) => each.fold === fold)) {
    for (const side of ["prompt", "completion"] as const) {
      const example = row.sides[side];
      const weights = weightsOf(table, row)?.[side];
      if (example === undefined || weights === undefined) continue;
      measured.push({ row, side, error: errorPct({ side, truth: example.truth, estimate: predict(weights, example) }) });
    }
  }
}
const table = fitTable(isHeldOut ? rows.filter(({ fold }) => fold !== heldOutFold) : rows);
const names = [...new Set(rows.map(({ family }) => family))].toSorted();
const errors = Object.fromEntries(names.map((family) => [family, errorsOf(family)]));
const file = { weights: table, errorPct: { ...errors, other: errors["other"] ?? errorsOf(null) } };
writeFileSync("src/enrich/estimate/family-weights.json", `${JSON.stringify(file, null, 2)}\n`);
printReport();

async function readExamples(from: string): Promise<FitRow[]> {
  const examples: FitRow[] = [];
  for (const { recording, truth, isClean, fold } of readUsageRows(from).rows) {
    if (!isClean) continue;
    const { provider, model, content } = recording;
    const conversation = readConversation(callToCount(provider, model, content));
    const counter = await loadCounter(conversation.encoding);
    const family = familyForModel(provider, model);
    const row: FitRow = {
      family,
      variant: variantFor(family, provider, model, conversation.isResponses),
      fold,
      hasTools: conversation.hasTools,
      sides: {},
    };
    for (const side of ["prompt", "completion"] as const) {
      const read = conversation[side];
      if (read === null || truth[side] === null) continue;
      const images = read.images.reduce((sum, image) => sum + imageTokens(image, family, model).tokens, 0);
      row.sides[side] = {
        counts: { ...read.counts, ...countSide(read, counter, Infinity).byKind },
        added: images,
        tokensMax: read.tokensMax,
        truth: truth[side],
        fold,
      };
    }
    examples.push(row);
  }
  return examples;
}

/** A family is fitted whole, then each of its variants with the family's constants as what is expected. */
function fitTable(from: FitRow[]): Table {
  const fitted: Table = {};
  const families = new Set(from.map((row) => row.family).filter((family) => !(family in openaiWeights)));
  // A family comes after the one that it takes after.
  for (const family of [...families].toSorted((a, b) => Number(a in parents) - Number(b in parents))) {
    const own = from.filter((row) => row.family === family);
    const parent = fitted[parents[family] ?? ""];
    const known = familyPriors[family];
    const taken = parent && { prompt: { ...parent.prompt, ...known }, completion: { ...parent.completion, ...known } };
    const whole = fitSides(own, taken ?? null, "spread");
    for (const variant of new Set(own.map((row) => row.variant))) {
      const expected = { ...whole, prompt: { ...whole.prompt, ...variantPriors[variant] } };
      fitted[variant] = fitSides(
        own.filter((row) => row.variant === variant),
        expected,
        "variantSpread",
      );
    }
    // Of a family whose calls are all of some variant, what they have in common.
    fitted[family] ??= whole;
  }
  // Of a family that nothing is known of, what is expected of any.
  fitted["other"] = fitSides([], null, "spread");
  return Object.fromEntries(Object.entries(fitted).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function fitSides(from: FitRow[], parent: Record<SideName, Weights> | null, spread: "spread" | "variantSpread"): Record<SideName, Weights> {
  const fit = (side: SideName) =>
    fitWeights(
      from.flatMap((row) => row.sides[side] ?? []),
      Object.entries(priors[side])
        .filter(
          ([name]) =>
            !rareNames.has(name) || from.some((row) => row.sides[side]?.counts[name] !== undefined) || name in (parent?.[side] ?? {}),
        )
        .map(([name, prior]) => ({
          name,
          value: parent === null ? prior.value : (parent[side][name as keyof Weights] ?? 0),
          spread: prior[spread],
        })),
    );
  return { prompt: fit("prompt"), completion: fit("completion") };
}

function weightsOf(from: Table, { family, variant }: FitRow): Record<SideName, Weights> | undefined {
  return openaiWeights[variant] ?? openaiWeights[family] ?? from[variant] ?? from[family] ?? from["other"];
}

function errorsOf(family: string | null) {
  const median = (side: SideName, hasTools: boolean) => {
    const isOwn = ({ row }: { row: FitRow }) => family === null || row.family === family;
    const own = measured.filter((each) => isOwn(each) && each.side === side);
    const alike = own.filter(({ row }) => row.hasTools === hasTools);
    const found =
      quantile(
        (alike.length < 5 ? own : alike).map(({ error }) => error),
        0.5,
      ) ?? 50;
    return Math.max(1, Math.round(found));
  };
  const both = (side: SideName) => ({ plain: median(side, false), withTools: median(side, true) });
  return { prompt: both("prompt"), completion: both("completion") };
}

function printReport(): void {
  const line = (name: string, isOne: (row: FitRow) => boolean) => {
    const cells = [name.padEnd(26)];
    for (const side of ["prompt", "completion"] as const) {
      const own = measured.filter((each) => each.side === side && isOne(each.row)).map(({ error }) => error);
      cells.push(
        String(own.length).padStart(5),
        ...[0.5, 0.75, 0.9].map((share) => (quantile(own, share) ?? Number.NaN).toFixed(1).padStart(7)),
      );
    }
    process.stdout.write(`${cells.join(" ")}\n`);
  };
  process.stdout.write(`${"cross-validated, % off".padEnd(26)} prompt median  75 %   90 %  compl. median  75 %   90 %\n`);
  for (const family of names) {
    for (const hasTools of [false, true]) {
      line(`${family}${hasTools ? " with tools" : ""}`, (row) => row.family === family && row.hasTools === hasTools);
    }
  }
  for (const variant of [...new Set(rows.map((row) => row.variant))].filter((name) => name.includes("/")).toSorted()) {
    line(`  ${variant}`, (row) => row.variant === variant);
  }
  line("all", () => true);
}
