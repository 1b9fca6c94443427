import { readFileSync, writeFileSync } from "node:fs";
import { resultsFile, type Results } from "./results";
import { measuredPlace, measuredTable } from "./measured-table";

// npm run bench:readme: writes what bench/results.json has into the README's table.
const results = JSON.parse(readFileSync(resultsFile, "utf8")) as Results;
writeFileSync(
  "README.md",
  readFileSync("README.md", "utf8").replace(measuredPlace, () => measuredTable(results)),
);
