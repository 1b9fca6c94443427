import * as z from "zod";
import { DatasetRequest, TestCasesRequest, TestRunRequest } from "../manage/dataset-request";
import { integer, refTo, text, textOrNull } from "./schema-parts";

const requestSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
const anObject = { type: ["object", "null"] };
const listOf = (schema: string) => ({ type: ["array", "null"], items: refTo(schema) });
const paged = (schema: string) => ({
  type: "object",
  properties: {
    data: { type: "array", items: refTo(schema) },
    pagination: { type: "object", properties: { page: integer, page_size: integer, has_next: { type: "boolean" } } },
  },
});

const runHead = {
  id: text,
  test_run_id: text,
  name: textOrNull,
  description: textOrNull,
  flavor_name: textOrNull,
  dataset_id: textOrNull,
  created_at: textOrNull,
};

const run = {
  ...runHead,
  status: { enum: ["complete", "in-progress", null], description: "Null where its test cases are not known" },
  prompt_name: textOrNull,
  prompt_version: textOrNull,
  model_name: { ...textOrNull, description: "Where all recordings agree, as the prompt's" },
  sessions_count: integer,
  test_cases: { ...anObject, properties: { count: integer, done: integer } },
  summed_up: {
    type: "object",
    description: "How many are in the statistics; is_complete is false where there are more, or some too large",
    properties: { recordings: integer, traces: integer, is_complete: { type: "boolean" } },
  },
  summary_statistics: {
    type: "object",
    properties: {
      auto_evaluation: { type: "object" },
      human_evaluation: { type: "object" },
      client_evaluation: {
        type: "object",
        description:
          "By name: count of all values; mean, min, max of numbers; true, false, true_ratio of booleans; values of texts, with how often each is there",
      },
    },
  },
};

/** The schemas of datasets and test runs. */
export function describeTestRunSchemas(): Record<string, unknown> {
  return {
    DatasetRequest: requestSchema(DatasetRequest),
    TestCasesRequest: requestSchema(TestCasesRequest),
    TestRunRequest: requestSchema(TestRunRequest),
    Dataset: {
      type: "object",
      properties: {
        id: text,
        dataset_id: text,
        name: text,
        description: textOrNull,
        kind: { enum: ["completion", "trace", null] },
        test_cases_count: integer,
        created_at: text,
      },
    },
    DatasetPage: paged("Dataset"),
    TestCase: {
      type: "object",
      description: "Of a completion it has `values`, the same as `inputs` and `variables`; of a trace `input`.",
      properties: { id: text, test_case_id: text, values: anObject, input: {}, output: {}, metadata: anObject },
    },
    TestCases: { type: "array", items: refTo("TestCase") },
    TestRunStart: {
      type: "object",
      properties: {
        test_run_id: text,
        test_run_name: textOrNull,
        test_run_description: textOrNull,
        test_cases: listOf("TestCase"),
        trace_test_cases: listOf("TestCase"),
      },
    },
    TestRun: { type: "object", properties: run },
    TestRunPage: paged("TestRun"),
  };
}
