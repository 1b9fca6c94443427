import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { vi } from "vitest";
import worker from "../../src/index";
import { openapi } from "../../src/openapi/describe";
import { plainMap } from "../../src/store/stamped-map";
import { holdTo } from "../described";

/** Where the collector is, for its own idea of its origin. */
export const origin = "http://collector.test";
export const adminKey = env.ADMIN_KEY;

/** Whatever a test asks for, the answer is as the API's description has it. */
export const holdAnswer = holdTo(await (await openapi.request(`${origin}/openapi.json`)).json());

let projectsMade = 0;

/** A project that no other test has. */
export function newProject(): string {
  projectsMade += 1;
  return `project-${projectsMade}-${crypto.randomUUID()}`;
}

export interface Ask {
  key?: string | null;
  headers?: Record<string, string>;
  /** JSON, unless it is bytes or text already. */
  body?: unknown;
}

/** One request through the collector's door. */
export async function ask(method: string, path: string, { key = adminKey, headers = {}, body }: Ask = {}): Promise<Response> {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const response = await exports.default.fetch(`${origin}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined || isRaw ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  });
  return await holdAnswer(method, path, response);
}

export type Answer = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- answers are looked into freely by tests

/** As `ask`, with the JSON of the answer. */
export async function askJson(
  method: string,
  path: string,
  options: Ask = {},
): Promise<{ status: number; headers: Headers; json: Answer }> {
  const response = await ask(method, path, options);
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text === "" ? {} : (JSON.parse(text) as Answer) };
}

/** Reads one recording back. */
export async function readRecording(projectId: string, id: string): Promise<Answer> {
  const { status, json } = await askJson("GET", `/v1/recordings/${id}?project_id=${projectId}`);
  if (status !== 200) throw new Error(`GET answered ${status}`);
  return json;
}

/** A key of a scope; its text. */
export async function makeKey(request: Record<string, unknown>): Promise<{ id: string; key: string }> {
  const { status, json } = await askJson("POST", "/v1/keys", { body: request });
  if (status !== 201) throw new Error(`POST /v1/keys answered ${status}`);
  return { id: json["id"], key: json["key"] };
}

/** A payload by the data model, with all of its fields. */
export function wholePayload(projectId: string): Answer {
  return {
    project_id: projectId,
    all_messages: [
      { role: "system", content: "Answer briefly." },
      { role: "user", content: "Why is the sky blue? ☀️" },
      { role: "assistant", content: "Rayleigh scattering." },
    ],
    inputs: { question: "Why is the sky blue?", nested: { list: [1, null, "x"] } },
    session_info: { session_id: "session-1", custom_metadata: { user_id: "u-1", beta: true, score: 4.5 } },
    call_info: {
      provider: "openai",
      model: "gpt-4o-mini",
      start_time: 1_767_323_045.678,
      end_time: 1_767_323_047.25,
      model_parameters: { temperature: 0.2, max_tokens: 64 },
      usage: { prompt_tokens: 24, completion_tokens: 5 },
    },
    response_info: { is_complete: true, function_call_response: { name: "get_weather", arguments: '{"city":"Paris"}' } },
    test_run_info: { test_run_id: "run-1", test_case_id: "case-1" },
    tool_schema: [{ type: "function", function: { name: "get_weather", parameters: { type: "object" } } }],
    prompt_info: { prompt_template_version_id: "55555555-5555-4555-8555-555555555555", environment: "prod" },
    parent_id: "trace-1",
    eval_results: { helpful: true, score: 0.9 },
    media_inputs: { photo: { type: "url", url: "https://example.com/a.png" } },
    environment: "prod",
    error: { type: "timeout", message: "took too long" },
  };
}

/** The metadata of a project's one session, as text. */
export async function sessionMetadata(projectId: string): Promise<string> {
  const statement = env.DB.prepare(`SELECT ${plainMap("metadata")} AS plain FROM sessions WHERE project_id = ?1`);
  return (await statement.bind(projectId).first<string>("plain")) ?? "";
}

/** A text as gzip. */
export async function gzip(text: string): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
}

/**
 * The transactions that D1 answers while something is asked. What runs on from earlier requests may be among them:
 * each is noted when it is done, and none is waited for, since another request's promise may never settle here.
 */
export async function transactionsDuring(work: () => Promise<unknown>): Promise<D1Result[][]> {
  const done: D1Result[][] = [];
  const batch = env.DB.batch.bind(env.DB);
  const spy = vi.spyOn(env.DB, "batch").mockImplementation(async (statements) => {
    const results = await batch(statements);
    done.push(results);
    return results;
  });
  await work();
  spy.mockRestore();
  return done;
}

/** The cron, once. */
export async function runCron(): Promise<void> {
  const context = createExecutionContext();
  await worker.scheduled(createScheduledController(), env, context);
  await waitOnExecutionContext(context);
}
