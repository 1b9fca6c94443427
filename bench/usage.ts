// Scores the token estimates against what providers reported: `npm run bench:usage -- <rows.jsonl[.gz]> [--json] [--held-out]`.
import { callToCount } from "../src/enrich/call/call-to-count";
import { familyForModel } from "../src/enrich/call/model-family";
import { resolveUsage } from "../src/enrich/usage";
import { nothingReported } from "../src/model/usage";
import { heldOutFold, readUsageRows, type UsageRow } from "./usage-rows";
import { type Score, type Scored, scoreOf } from "./usage-score";

const args = process.argv.slice(2);
const path = args.find((arg) => !arg.startsWith("--"));
if (path === undefined) {
  process.stderr.write("usage: npm run bench:usage -- <rows.jsonl[.gz]> [--json] [--held-out]\n");
  process.exit(2);
}
const { rows, refused } = readUsageRows(path);
for (const reason of refused.slice(0, 20)) process.stderr.write(`not a recording: ${reason}\n`);
if (refused.length > 0)
  process.stderr.write(`${refused.length} of ${rows.length + refused.length} rows make no recording and are not scored\n`);
const chosen = args.includes("--held-out") ? rows.filter(({ fold }) => fold === heldOutFold) : rows;

const groups = new Map<string, Scored[]>();
let missing = 0;
for (const row of chosen) {
  const scored = await scoreRow(row);
  missing += scored.filter(({ estimate }) => estimate === null).length;
  const { provider, model } = row.recording;
  const names = row.isClean ? ["all", `family ${row.family ?? familyForModel(provider, model)}`] : ["not_clean"];
  for (const name of names) {
    const group = groups.get(name) ?? [];
    group.push(...scored);
    groups.set(name, group);
  }
}
if (missing > 0) process.stderr.write(`${missing} sides have no estimate where tokens were reported, and are scored as 100 % off\n`);

const families: Record<string, Score> = {};
for (const name of [...groups.keys()].filter((key) => key.startsWith("family ")).toSorted()) {
  families[name.slice("family ".length)] = scoreOf(groups.get(name) ?? []);
}
const report = { all: scoreOf(groups.get("all") ?? []), families, not_clean: scoreOf(groups.get("not_clean") ?? []) };
process.stdout.write(args.includes("--json") ? `${JSON.stringify(report)}\n` : `${table()}\n`);

/** Estimates as ingest does, of a call that reports nothing; what a project's own calls would teach is left out. */
async function scoreRow({ recording, truth }: UsageRow): Promise<Scored[]> {
  const { provider, model, content } = recording;
  const usage = await resolveUsage(callToCount(provider, model, content), nothingReported, null);
  return (["prompt", "completion"] as const).flatMap((side) => {
    const tokens = truth[side];
    return tokens === null ? [] : [{ side, truth: tokens, estimate: usage[side].tokens }];
  });
}

function table(): string {
  const line = (name: string, score: Score, scored: Scored[]) =>
    [
      name.padEnd(16),
      String(scored.filter(({ side }) => side === "prompt").length).padStart(5),
      ...[score.prompt.median, score.prompt.p90, score.completion.median, score.completion.p90].map((value) =>
        (value === null ? "–" : value.toFixed(1)).padStart(8),
      ),
      (score.summed_ratio?.toFixed(3) ?? "–").padStart(8),
    ].join(" ");
  const head = `${"% off".padEnd(16)} calls  prompt      p90  compl.      p90 est/true`;
  const rowsOf = Object.entries(families).map(([name, score]) => line(name, score, groups.get(`family ${name}`) ?? []));
  return [
    head,
    ...rowsOf,
    line("all", report.all, groups.get("all") ?? []),
    line("not clean", report.not_clean, groups.get("not_clean") ?? []),
  ].join("\n");
}
