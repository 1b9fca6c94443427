import type { Answer } from "./collector";
import { freeplaySession } from "./freeplay-session";

/** A body that is refused, and the field that its refusal names; null where it is not one field that is wrong. */
interface Bad {
  body: unknown;
  path: string | null;
}

/** A route that takes a body, by its path within a project. */
interface Route {
  method: string;
  path: string;
  good: Answer;
  bad: Bad[];
}

/** Stands in the paths below for the id of a dataset that is there. */
export const datasetId = "d-1";

const trace = `/sessions/${freeplaySession}/traces/id/t-1`;
const maps: Bad[] = [
  { body: [], path: null },
  { body: 5, path: null },
  { body: null, path: null },
];
/** Bodies that are no feedback. */
export const badFeedback: Bad[] = [
  ...maps,
  { body: { stars: 5, comment: null }, path: "feedback.comment" },
  { body: { stars: { of: 5 } }, path: "feedback.stars" },
  { body: { tags: ["a"] }, path: "feedback.tags" },
];

/** Every route of the wire that takes a body, but for recording and for the old feedback. */
export const bodyRoutes: Route[] = [
  {
    method: "POST",
    path: "/completions/c-1",
    good: { new_messages: [{ role: "assistant", content: "more" }] },
    bad: [
      ...maps,
      { body: {}, path: null },
      { body: { new_messages: null, eval_results: null }, path: null },
      { body: { new_messages: "more" }, path: "new_messages" },
      { body: { new_messages: [{ role: "assistant" }, "more"] }, path: "new_messages.1" },
      { body: { eval_results: [] }, path: "eval_results" },
      { body: { evalResults: { a: 1 }, eval_results: { a: 1 } }, path: "eval_results" },
    ],
  },
  { method: "POST", path: "/completion-feedback/id/c-1", good: { stars: 5 }, bad: badFeedback },
  { method: "POST", path: "/trace-feedback/id/t-1", good: { stars: 5 }, bad: badFeedback },
  {
    method: "POST",
    path: trace,
    good: { input: 1, output: 2 },
    bad: [
      ...maps,
      { body: { input: 1, output: 2, custom_metadata: "x" }, path: "custom_metadata" },
      { body: { input: 1, output: 2, eval_results: [] }, path: "eval_results" },
      { body: { input: 1, output: 2, parent_id: "not an id" }, path: "parent_id" },
      { body: { input: 1, output: 2, start_time: "yesterday" }, path: "start_time" },
      { body: { input: 1, output: 2, end_time: true }, path: "end_time" },
      { body: { input: 1, output: 2, agent_name: 5 }, path: "agent_name" },
      { body: { input: 1, output: 2, kind: 5 }, path: "kind" },
      { body: { input: 1, output: 2, name: {} }, path: "name" },
      { body: { input: 1, output: 2, test_run_info: { test_run_id: 5 } }, path: "test_run_info.test_run_id" },
    ],
  },
  {
    method: "PATCH",
    path: trace,
    good: { output: 2 },
    bad: [
      ...maps,
      { body: { metadata: "x" }, path: "metadata" },
      { body: { feedback: { stars: null } }, path: "feedback.stars" },
      { body: { eval_results: 5 }, path: "eval_results" },
      { body: { test_run_info: "x" }, path: "test_run_info" },
    ],
  },
  { method: "PATCH", path: `${trace}/metadata`, good: { k: 1 }, bad: maps },
  { method: "PATCH", path: `/sessions/id/${freeplaySession}/metadata`, good: { k: 1 }, bad: maps },
  {
    method: "POST",
    path: "/test-runs",
    good: { dataset_name: "golden set" },
    bad: [
      ...maps,
      { body: {}, path: "dataset_name" },
      { body: { dataset_name: 5 }, path: "dataset_name" },
      { body: { dataset_name: "golden set", include_outputs: "yes" }, path: "include_outputs" },
    ],
  },
  {
    method: "POST",
    path: "/datasets",
    good: { name: "golden set" },
    bad: [...maps, { body: {}, path: "name" }, { body: { name: "" }, path: "name" }, { body: { name: 5 }, path: "name" }],
  },
  {
    method: "POST",
    path: `/datasets/id/${datasetId}/test-cases`,
    good: { examples: [{ inputs: { a: 1 } }] },
    bad: [
      ...maps,
      { body: {}, path: "examples" },
      { body: { examples: "x" }, path: "examples" },
      { body: { examples: [{ inputs: { a: 1 } }, { inputs: 5 }] }, path: "examples.1.inputs" },
    ],
  },
  ...["completions", "sessions", "traces"].map((scope) => ({
    method: "POST",
    path: `/search/${scope}`,
    good: {},
    bad: [
      ...maps,
      { body: { filters: "x" }, path: "filters" },
      { body: { filters: { field: "colour", op: "eq", value: "blue" } }, path: "filters.field" },
      { body: { filters: { field: "model", op: "like", value: "gpt" } }, path: "filters.op" },
      { body: { filters: { field: "cost", op: "gt", value: "much" } }, path: "filters.value" },
      {
        body: { filters: { and: [{ field: "model", op: "eq", value: "m" }, { not: { field: "x", op: "eq", value: 1 } }] } },
        path: "filters.and.1.not.field",
      },
      { body: { filters: { or: [{ field: "latency", op: "between", value: [1] }] } }, path: "filters.or.0.value" },
      { body: { filters: { field: "review_status", op: "eq", value: "done" } }, path: "filters.field" },
    ],
  })),
];

/** Those that take none. */
export const bodilessRoutes = [
  ["GET", "/sessions"],
  ["GET", "/test-runs/id/r-1"],
  ["GET", "/datasets"],
  ["GET", `/datasets/id/${datasetId}`],
  ["GET", `/datasets/id/${datasetId}/test-cases`],
  ["GET", "/prompt-templates/name/ask?environment=prod"],
  ["DELETE", `/sessions/${freeplaySession}`],
] as const;
