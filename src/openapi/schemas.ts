import { describeClientSchemas } from "./client-schemas";
import { describeTestRunSchemas } from "./dataset-schemas";
import { describeExportSchemas } from "./export-schemas";
import { describeLedgerSchemas } from "./ledger-schemas";
import { metricsSchemas } from "./metrics-schemas";
import { describeProjectSchemas } from "./project-schemas";
import { describeRecordingSchemas } from "./recording-schemas";
import { describeSearchSchemas } from "./search-schemas";
import { describeTraceSchemas } from "./trace-schemas";
import { listOf, map, objectOf, text } from "./schema-parts";

const issue = objectOf({ path: { ...text, description: "Which field, in snake_case" }, message: text });

/** The schemas that the operations name. What is taken comes from the code that takes it. Made when they are asked for, not when a Worker starts. */
export function describeSchemas(): Record<string, unknown> {
  return {
    ...describeRecordingSchemas(),
    ...describeTraceSchemas(),
    ...describeExportSchemas(),
    ...describeProjectSchemas(),
    ...metricsSchemas,
    ...describeClientSchemas(),
    ...describeLedgerSchemas(),
    ...describeSearchSchemas(),
    ...describeTestRunSchemas(),
    Done: objectOf({ message: text }),
    Nothing: objectOf({}),
    Health: objectOf({ status: { const: "ok" }, version: text }),
    Description: map,
    Error: objectOf(
      {
        message: { ...text, description: "For people; it holds none of the caller's data" },
        code: { ...text, description: "For programs: bad_request, not_found, unavailable and so on" },
        request_id: text,
      },
      { issues: { ...listOf(issue), description: "Each field that is wrong, where fields are" } },
    ),
  };
}
