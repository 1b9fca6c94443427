import * as z from "zod";
import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import { issuesOf } from "../model/issues";
import type { Json, JsonObject } from "../model/json";
import { columnText } from "../model/name";
import { type KeyTable, sortKeys } from "../model/own-keys";
import { CompletionTestCase, TraceTestCase } from "../model/test-case";

/** A name that things are found by. */
const GivenName = columnText(limits.nameCharsMax).min(1, "must not be empty");
const Description = columnText(limits.descriptionCharsMax);

/** The body of `POST …/datasets`. What else an SDK says of a dataset is passed over. */
export const DatasetRequest = z.object({ name: GivenName, description: Description.optional() });

/** The body of `POST …/test-runs`. Evaluations are not run here, so which are wanted is passed over. */
export const TestRunRequest = z.object({
  dataset_name: GivenName,
  include_outputs: z.boolean().default(false),
  test_run_name: Description.optional(),
  test_run_description: Description.optional(),
  flavor_name: GivenName.optional(),
});

/** The body of `POST …/test-cases`, for its description. */
export const TestCasesRequest = z.object({ examples: z.array(z.union([CompletionTestCase, TraceTestCase])).max(limits.testCasesPerPost) });

const datasetKeys = { name: [], description: [] };
const testRunKeys = { dataset_name: [], include_outputs: [], test_run_name: [], test_run_description: [], flavor_name: [] };

/** @throws CollectorError `bad_request` naming each field that is wrong. */
export function readDatasetRequest(body: JsonObject): z.output<typeof DatasetRequest> {
  return readRequest(body, datasetKeys, DatasetRequest, "dataset");
}

/** @throws CollectorError `bad_request` naming each field that is wrong. */
export function readTestRunRequest(body: JsonObject): z.output<typeof TestRunRequest> {
  return readRequest(body, testRunKeys, TestRunRequest, "test run");
}

/**
 * The list in the body of a post of test cases, and what it is called there: `examples`, or the JVM's `data`.
 * @throws CollectorError `bad_request` where there is none, or both; `too_large` where it holds too many.
 */
export function readExamples({ examples, data }: { examples?: Json; data?: Json }): { examples: Json[]; path: string } {
  const refuse = (message: string, path = "examples") =>
    new CollectorError("bad_request", "The test cases are not valid.", { issues: [{ path, message }] });
  if ((examples ?? null) !== null && (data ?? null) !== null) throw refuse("is there twice, as examples and as data; send one");
  const path = (data ?? null) === null ? "examples" : "data";
  const list = examples ?? data;
  if (!Array.isArray(list)) throw refuse((list ?? null) === null ? "is required" : "must be an array of objects", path);
  if (list.length === 0) throw refuse("must hold at least 1", path);
  if (list.length > limits.testCasesPerPost)
    throw new CollectorError("too_large", `One post may hold ${limits.testCasesPerPost} test cases; this one has ${list.length}.`);
  return { examples: list, path };
}

function readRequest<Schema extends z.ZodType>(body: JsonObject, keys: KeyTable, schema: Schema, what: string): z.output<Schema> {
  const issues: Issue[] = [];
  const parsed = schema.safeParse(sortKeys(body, keys, "", issues).known);
  if (!parsed.success) issues.push(...issuesOf(parsed.error));
  if (parsed.success && issues.length === 0) return parsed.data;
  throw new CollectorError("bad_request", `The ${what} is not valid: ${issues[0]?.path ?? ""} ${issues[0]?.message ?? ""}`, { issues });
}
