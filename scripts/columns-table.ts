import { exportColumns } from "../src/export/pack/columns";

/** Where docs/exports.md has the table. */
export const columnsPlace = /(?<=<!-- columns -->\n).*(?=<!-- \/columns -->)/s;

/** The Parquet columns as a Markdown table, with a newline behind each line. */
export function columnsTable(): string {
  const lines = exportColumns.map(({ name, type, description }) => `| \`${name}\` | ${type} | ${description} |`);
  return ["| column | type | |", "|---|---|---|", ...lines, ""].join("\n");
}
