import * as z from "zod";
import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import { utf8Bytes } from "./bytes";
import type { DatasetKind, TestCase } from "./dataset";
import { Id } from "./id";
import { issuesOf } from "./issues";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import { type KeyTable, sortKeys } from "./own-keys";

const OpenObject = z.custom<JsonObject>(isJsonObject, "must be an object").meta({ type: "object" });
const Messages = z
  .custom<JsonObject[]>((value) => Array.isArray(value) && value.every(isJsonObject), "must be an array of objects")
  .meta({ type: "array", items: { type: "object" } });

/** A case of one completion: a prompt's variables, and what is expected. */
export const CompletionTestCase = z.object({
  id: Id.optional(),
  inputs: OpenObject.optional(),
  history: Messages.optional(),
  output: z.string().optional(),
  output_message: OpenObject.optional(),
  metadata: OpenObject.optional(),
  media_inputs: OpenObject.optional(),
});

/** A case of a whole trace. */
export const TraceTestCase = z.object({
  id: Id.optional(),
  input: z.custom<Json>((value) => value !== undefined, "is required"),
  output: z.custom<Json>().optional(),
  metadata: OpenObject.optional(),
});

const completionKeys = {
  id: ["test_case_id"],
  inputs: ["values", "variables"],
  history: [],
  output: [],
  output_message: [],
  metadata: ["custom_metadata"],
  media_inputs: ["media_variables"],
} satisfies KeyTable;
const traceKeys = { id: ["test_case_id"], input: [], output: [], metadata: ["custom_metadata"] } satisfies KeyTable;
/** The JVM's names of the same. */
const agentKeys = { ...traceKeys, input: ["inputs"], output: ["outputs"] } satisfies KeyTable;

/** How a list of test cases is read. */
interface TestCaseReader {
  /** Of the dataset; null where nothing is known of it. */
  kind: DatasetKind | null;
  /** Whether these are the JVM's cases of an agent, which has `inputs` for a trace's input. */
  areAgents: boolean;
  /** What the list is called. */
  path: string;
  newId: () => string;
}

/**
 * Reads test cases, all of one kind: the dataset's, or else that of the first. Every case is good, or all are refused.
 * @throws CollectorError `bad_request` naming each field that is wrong; `too_large` for a case over its bytes.
 */
export function readTestCases(values: Json[], reader: TestCaseReader): { kind: DatasetKind; cases: TestCase[] } {
  const issues: Issue[] = [];
  const kind = reader.kind ?? kindOf(values[0], reader);
  const cases: TestCase[] = [];
  for (const [index, value] of values.entries()) {
    const path = `${reader.path}.${index}`;
    const testCase = readTestCase(value, kind, { ...reader, path }, issues);
    if (issues.length >= limits.issuesMax) break;
    if (testCase === null) continue;
    const { id, ...body } = testCase;
    const text = JSON.stringify(body);
    if (utf8Bytes(text) > limits.testCaseBytesMax)
      throw new CollectorError("too_large", `A test case may have ${limits.testCaseBytesMax} bytes, and ${path} has more.`);
    cases.push({ id: typeof id === "string" ? id : reader.newId(), body: text });
  }
  const [first] = issues;
  if (first === undefined) return { kind, cases };
  throw new CollectorError("bad_request", `The test cases are not valid: ${first.path} ${first.message}`, {
    issues: issues.slice(0, limits.issuesMax),
  });
}

/** A case whose fields have their own names, its unknown ones beside them; null where it is not valid. */
function readTestCase(value: Json, kind: DatasetKind, reader: TestCaseReader, issues: Issue[]): JsonObject | null {
  const complain = (field: string, message: string) => void issues.push({ path: `${reader.path}${field}`, message });
  if (!isJsonObject(value)) {
    complain("", "must be an object");
    return null;
  }
  if (kindOf(value, reader) !== kind) {
    complain(
      ".input",
      kind === "trace" ? "is required: these are test cases of traces" : "is not known here: these are test cases of completions",
    );
    return null;
  }
  const before = issues.length;
  const traceNames = reader.areAgents ? agentKeys : traceKeys;
  const { known, unknown } = sortKeys(value, kind === "completion" ? completionKeys : traceNames, reader.path, issues);
  const parsed = (kind === "completion" ? CompletionTestCase : TraceTestCase).safeParse(known);
  if (!parsed.success) for (const issue of issuesOf(parsed.error)) complain(`.${issue.path}`, issue.message);
  return issues.length > before ? null : { ...unknown, ...known };
}

/** A case of a trace has an input; one of a completion has none. */
function kindOf(value: Json | undefined, { areAgents }: TestCaseReader): DatasetKind {
  const hasInput = (name: string) => isJsonObject(value) && (value[name] ?? null) !== null;
  return hasInput("input") || (areAgents && hasInput("inputs")) ? "trace" : "completion";
}

/** A test case as it is answered, under every name that an SDK reads it by. */
export function testCaseAnswer({ id, body }: TestCase, kind: DatasetKind, withOutputs = true): JsonObject {
  const { inputs, input, history, output, output_message, metadata, media_inputs, ...unknown } = parseJson(body) as Partial<JsonObject>;
  const common = {
    ...(unknown as JsonObject),
    id,
    test_case_id: id,
    output: withOutputs ? (output ?? null) : null,
    metadata: metadata ?? null,
    custom_metadata: metadata ?? null,
  };
  if (kind === "trace") return { ...common, input: input ?? null };
  const values = inputs ?? {};
  return {
    ...common,
    inputs: values,
    values,
    variables: values,
    output_message: withOutputs ? (output_message ?? null) : null,
    history: history ?? null,
    media_inputs: media_inputs ?? null,
    media_variables: media_inputs ?? null,
  };
}
