import type { Figure } from "./figures";
import type { Results } from "./results";
import { boundText } from "./table";

/** Where the README has the table. */
export const measuredPlace = /(?<=<!-- measured -->\n).*(?=<!-- \/measured -->)/s;

/** Shows a figure, or its ratio, with so many digits behind the point, and its bound where it is not within it. */
type Show = (bench: string, name: string, digits: number, reference?: string) => string;
type Row = (value: Show, ratio: Show) => string;

const told = "4 KB, usage told: requests";
const [English, Chinese] = ["English: UTF-8 counted in a second of CPU", "Chinese: UTF-8 counted in a second of CPU"];
const NDJSON = "a batch in NDJSON, recordings";

/** What each row says, and the command that measures it alone. */
const rows: [what: string, command: string, row: Row][] = [
  [
    "posts of one 4 KB recording with usage",
    "bench:ingest",
    (value) =>
      `${value("ingest", told, 0, "bare insert")} a second: ` +
      `${value("ingest", "4 KB with usage, requests/s against the bare insert", 2)} × a Worker that does one bare D1 insert, ` +
      `${value("ingest", "4 KB with usage, requests/s against the naive Worker", 2)} × the naive one`,
  ],
  [
    "the same without usage; posts of 100",
    "bench:ingest",
    (value) =>
      `${value("ingest", "English to count, requests/s against the naive Worker", 1)} × the naive Worker in English, ` +
      `${value("ingest", "Chinese to count, requests/s against the naive Worker", 1)} × in Chinese; ` +
      `${value("ingest", "batch of 100, recordings/s against single posts", 1)} × the recordings a second of single posts`,
  ],
  [
    "D1 rows written for a recording, with all that follows",
    "bench:bill",
    (value) =>
      `${value("bill", "rows written: single post", 2)} as a single post, ` +
      `${value("bill", "rows written: in a post of 100", 2)} in a post of 100, ` +
      `${value("bill", "rows written: one more turn of a conversation", 2)} as one more turn of a conversation`,
  ],
  [
    "a million recordings of 4 KB at Cloudflare's prices",
    "bench:bill",
    (value) =>
      `$${value("bill", "a million as single posts", 2)} as single posts, $${value("bill", "a million as posts of 100", 2)} as posts of 100; ` +
      `kept in D1 $${value("bill", "storage of a million in D1, a month", 2)} a month, ` +
      `of which one database takes ${value("bill", "recordings in one database of 10 GB", 1)} million`,
  ],
  [
    "reading 1,000,000 recordings",
    "bench:million",
    (value) =>
      `${value("million", "recordings: none: rows read", 0)} rows of D1 for a page of 50, ` +
      `${value("million", "metrics: a year by none: rows read", 0)} for a year of metrics; ` +
      `all queries in turn, beside a writer, ${value("million", "all queries in turn beside a writer: p95", 0)} ms at the 95th percentile; ` +
      `percentiles of metrics ${value("million", "percentiles of metrics, off DuckDB's", 1)} % off DuckDB's`,
  ],
  [
    "start of the Worker",
    "bench:startup",
    (value) =>
      `${value("startup", "start, above that of nothing", 0)} ms of CPU more than an empty one; ` +
      `its first post ${value("startup", "wall time of the first post", 0)} ms; ${value("startup", "whole Worker, gzip", 1)} MB packed`,
  ],
  [
    "counting tokens, in a second of CPU",
    "bench:tokens",
    (value, ratio) =>
      `${value("tokens", English, 0, "js-tiktoken")} MB of English, ${ratio("tokens", English, 0, "js-tiktoken")} × js-tiktoken; ` +
      `${value("tokens", Chinese, 0, "js-tiktoken")} MB of Chinese, ${ratio("tokens", Chinese, 0, "js-tiktoken")} ×`,
  ],
  [
    "exporting a batch",
    "bench:export",
    (value, ratio) =>
      `${value("export", NDJSON, 0)} recordings a second as NDJSON, ` +
      `${ratio("export", NDJSON, 2)} × the bare loop JSON.stringify → gzip; ` +
      `${value("export", "a batch in Parquet, recordings", 0)} as Parquet`,
  ],
  [
    "150 posts a second for a minute on a D1 that takes 50 commits a second",
    "bench:overflow",
    (value) =>
      `${value("overflow", "answered 5xx", 0)} refused, ${value("overflow", "not in D1 in the end", 0)} not stored; ` +
      `all in D1 ${value("overflow", "all in D1 after the last answer", 1)} s after the last`,
  ],
];

/** The README's table of what was measured, with a newline behind each line. @throws Error where a figure of it was not measured. */
export function measuredTable({ figures, commit, date, machine }: Results): string {
  const find = (bench: string, name: string, reference?: string): Results["figures"][number] => {
    const found = figures.find(
      (one) => one.bench === bench && one.name === name && (reference === undefined || one.reference?.name === reference),
    );
    if (found === undefined) throw new Error(`not measured: ${bench}, ${name} ${reference ?? ""}`);
    return found;
  };
  const value: Show = (bench, name, digits, reference) => {
    const found = find(bench, name, reference);
    // What a ratio is held to is said beside the ratio.
    return found.value.toFixed(digits) + (found.ratioAtLeast === undefined ? missText(found) : "");
  };
  const ratio: Show = (bench, name, digits, reference) => {
    const found = find(bench, name, reference);
    return (found.ratio ?? Number.NaN).toFixed(digits) + missText(found);
  };
  const lines = rows.map(([what, command, row]) => `| ${what} | ${row(value, ratio)} | \`npm run ${command}\` |`);
  const made = `${date.slice(0, 10)} at ${commit?.slice(0, 7)}, ${machine.cpus} cores of ${machine.cpuModel}, workerd ${machine.workerd}`;
  return [`| what | figure: ${made} | command |`, "|---|---|---|", ...lines, ""].join("\n");
}

function missText(figure: Figure & { isMet: boolean }): string {
  return figure.isMet ? "" : ` (missed: ${boundText(figure)})`;
}
