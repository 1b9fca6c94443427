import { DatasetRequest, TestCasesRequest, TestRunRequest } from "../manage/dataset-request";
import {
  integer,
  listOf,
  map,
  mapOrNull,
  objectOf,
  objectOrNull,
  refTo,
  text,
  textOrNull,
  time,
  timeOrNull,
  truth,
  schemaOf,
} from "./schema-parts";

const listOrNull = (schema: string) => ({ type: ["array", "null"], items: refTo(schema) });
const paged = (schema: string) =>
  objectOf({ data: listOf(refTo(schema)), pagination: objectOf({ page: integer, page_size: integer, has_next: truth }) });

const runHead = {
  id: text,
  test_run_id: text,
  name: textOrNull,
  description: textOrNull,
  flavor_name: textOrNull,
  dataset_id: textOrNull,
  created_at: timeOrNull,
};

const run = {
  ...runHead,
  status: { enum: ["complete", "in-progress", null], description: "Null where its test cases are not known" },
  prompt_name: textOrNull,
  prompt_version: textOrNull,
  model_name: { ...textOrNull, description: "Where all recordings agree, as the prompt's" },
  sessions_count: integer,
  test_cases: objectOrNull({ count: integer, done: integer }),
  summed_up: {
    ...objectOf({ recordings: integer, traces: integer, is_complete: truth }),
    description: "How many are in the statistics; is_complete is false where there are more, or some too large",
  },
  summary_statistics: objectOf({
    auto_evaluation: map,
    human_evaluation: map,
    client_evaluation: {
      ...map,
      description:
        "By name: count of all values; mean, min, max of numbers; true, false, true_ratio of booleans; values of texts, with how often each is there",
    },
  }),
};

/** A test case under every name that an SDK reads it by; fields of its own are besides. */
const testCase = {
  type: "object",
  description: "Of a completion it has `values`, the same as `inputs` and `variables`; of a trace `input`. Fields of its own are kept.",
  required: ["id", "test_case_id", "output", "metadata", "custom_metadata"],
  properties: {
    id: text,
    test_case_id: text,
    values: map,
    inputs: map,
    variables: map,
    input: { description: "Any JSON" },
    output: { description: "Any JSON" },
    output_message: mapOrNull,
    history: { type: ["array", "null"], items: map },
    media_inputs: mapOrNull,
    media_variables: mapOrNull,
    metadata: mapOrNull,
    custom_metadata: mapOrNull,
  },
  additionalProperties: true,
};

/** The schemas of datasets and test runs. */
export function describeTestRunSchemas(): Record<string, unknown> {
  const examples = schemaOf(TestCasesRequest).properties?.["examples"];
  return {
    DatasetRequest: schemaOf(DatasetRequest),
    TestCasesRequest: {
      type: "object",
      description: "The cases as `examples`, or as `data`, which is the JVM's name for them",
      properties: { examples, data: { ...(examples as object), items: map } },
      oneOf: [{ required: ["examples"] }, { required: ["data"] }],
    },
    TestRunRequest: schemaOf(TestRunRequest),
    Dataset: objectOf({
      id: text,
      dataset_id: text,
      name: text,
      description: textOrNull,
      kind: { enum: ["completion", "trace", null] },
      test_cases_count: integer,
      created_at: time,
    }),
    DatasetPage: paged("Dataset"),
    TestCase: testCase,
    TestCases: listOf(refTo("TestCase")),
    TestCasePage: paged("TestCase"),
    AddedTestCases: objectOf({ data: listOf(refTo("TestCase")) }),
    TestCaseIds: objectOf({ dataset_id: text, test_case_ids: listOf(text) }),
    TestRunStart: objectOf({
      id: text,
      test_run_id: text,
      test_run_name: textOrNull,
      test_run_description: textOrNull,
      test_cases: listOrNull("TestCase"),
      trace_test_cases: listOrNull("TestCase"),
    }),
    TestRunHead: objectOf(runHead),
    TestRun: objectOf(run),
    TestRunPage: paged("TestRunHead"),
  };
}
