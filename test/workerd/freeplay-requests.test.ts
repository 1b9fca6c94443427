import { describe, expect, test } from "vitest";
import { sdkProject } from "./captured-requests";
import { type Answer, askJson, makeKey, newProject, readRecording } from "./collector";
import { freeplaySession, messages, uuid } from "./freeplay-session";
import { sdkCompletion, type SdkRequest, sdkRequests } from "./sdk-requests";

const bases = ["/api/", "/", "/api//"];

describe.each(sdkRequests)("every call of $sdk is answered with the status that it insists on, and with what it reads", ({ requests }) => {
  test.each(bases)("under %s", async (base) => {
    const project = newProject();
    const { key } = await makeKey({ scope: "admin", project_id: project });
    const caseIds = await makeGoldenSet(project, key);
    for (const request of requests) {
      const answer = await send(request, base, project, key);
      const { status, json } = promised(request, caseIds);
      expect({ status: answer.status, json: answer.json }, `${request.method} ${request.path}`).toEqual({ status, json });
      expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
    }
  });
});

describe.each(sdkRequests)("after the calls of $sdk", ({ sdk, requests }) => {
  test("its updates and its feedback are with the recording that comes last of all", async () => {
    const { project, key } = await replay(requests);
    await askJson("POST", `/api/v2/projects/${project}/sessions/after/completions`, {
      key,
      body: { completion_id: sdkCompletion, messages },
    });
    const read = await readRecording(project, sdkCompletion);
    const said: Record<string, Answer> = {
      "Node 0.3.1": {
        messages: [...messages, { role: "user", content: "And sunsets?" }, { role: "assistant", content: "Longer path." }],
        eval_results: { helpful: true },
        feedback: { freeplay_feedback: "positive", comment: "nice", stars: 5, resolved: true },
      },
      "Python 0.6.1": {
        messages: [...messages, { role: "assistant", content: "more" }],
        eval_results: { ok: 0.5 },
        feedback: { freeplay_feedback: "positive", stars: 5 },
      },
      "Node 0.5.3": {
        messages: [...messages, { role: "assistant", content: "more" }],
        eval_results: { ok: 0.5 },
        feedback: { freeplay_feedback: "positive", stars: 5 },
      },
      "JVM 0.6.0": { messages, feedback: { freeplay_feedback: "positive", stars: 5, resolved: true } },
    };
    expect(read).toMatchObject({ session_id: "after", ...said[sdk] });
    expect(Object.keys(read["feedback"]).toSorted()).toEqual(Object.keys(said[sdk]?.["feedback"]).toSorted());
  });

  test("nothing is left of the session that it deleted, and all is of the others", async () => {
    const { project, key, answers } = await replay(requests);
    const deleted =
      requests
        .find(({ route }) => route === "delete_session")
        ?.path.split("/")
        .at(-1) ?? "";
    for (const [index, { route, path }] of requests.entries()) {
      const [, , , , , , session, kind, , id] = path.split("/");
      if (route === "record_completion") {
        const read = await askJson("GET", `/v1/recordings/${answers[index]?.["completion_id"]}`, { key });
        expect(read.status, path).toBe(session === deleted ? 404 : 200);
      }
      if (route === "record_trace" && kind === "traces") expect((await askJson("GET", `/v1/traces/${id}`, { key })).status, path).toBe(404);
    }
    expect((await askJson("GET", `/v1/sessions/${deleted}`, { key })).status).toBe(404);
    expect(project).not.toBe(sdkProject);
  });
});

test("a test run by both of its ids, with its cases by both of their names", async () => {
  const project = newProject();
  const { key } = await makeKey({ scope: "ingest", project_id: project });
  await makeGoldenSet(project, (await makeKey({ scope: "admin", project_id: project })).key);
  const made = await askJson("POST", `/api/v2/projects/${project}/test-runs`, { key, body: { dataset_name: "golden set" } });
  expect(made).toMatchObject({ status: 201, json: { trace_test_cases: null, test_cases: [{}, {}] } });
  for (const one of made.json["test_cases"]) {
    expect(one).toMatchObject({ id: one["test_case_id"], values: one["variables"], metadata: one["custom_metadata"] });
    // Outputs are given to who asks for them.
    expect(one["output"]).toBeNull();
  }
  const id = made.json["test_run_id"];
  expect(made.json["id"]).toBe(id);
  expect(await askJson("GET", `/api/v2/projects/${project}/test-runs/id/${id}`, { key })).toMatchObject({
    status: 200,
    json: { id, test_run_id: id, status: "in-progress", sessions_count: 0 },
  });
});

test("a trace's times read back to the microsecond, in each SDK's form", async () => {
  const project = newProject();
  const forms = [
    ["2026-11-22T15:31:51.684Z", "2026-11-22T15:31:51.684000Z"],
    ["2026-11-22T15:33:12.523779+00:00", "2026-11-22T15:33:12.523779Z"],
    ["2026-11-22T15:37:04.439612944Z", "2026-11-22T15:37:04.439612Z"],
    ["2026-11-22T16:37:04+01:00", "2026-11-22T15:37:04.000000Z"],
  ];
  for (const [index, [sent, read]] of forms.entries()) {
    const path = `/api/v2/projects/${project}/sessions/s/traces/id/t-${index}`;
    expect((await askJson("POST", path, { body: { input: 1, output: 2, start_time: sent, end_time: sent } })).status).toBe(201);
    const { json } = await askJson("GET", `/v1/traces/t-${index}?project_id=${project}`);
    expect(json).toMatchObject({ started_at: read, ended_at: read, latency_ms: 0 });
  }
});

test("a tool's trace may name a completion as its parent, and both may come in any order", async () => {
  const project = newProject();
  const key = (await makeKey({ scope: "admin", project_id: project })).key;
  const tool = sdkRequests.flatMap(({ requests }) => requests).find(({ text }) => text?.includes("get_weather") && text.includes('"kind"'));
  if (tool === undefined) throw new Error("no tool's trace");
  expect((await send(tool, "/api/", project, key)).status).toBe(201);
  const path = `/api/v2/projects/${project}/sessions/${tool.path.split("/")[6]}/completions`;
  await askJson("POST", path, { body: { completion_id: sdkCompletion, messages } });
  const { json } = await askJson("GET", `/v1/traces/${tool.path.split("/").at(-1)}?project_id=${project}`);
  expect(json).toMatchObject({
    parent_id: sdkCompletion,
    kind: "tool",
    name: "get_weather",
    input: { city: "Paris" },
    output: { temp_c: 18 },
  });
});

test("a prompt's ids are kept with a recording, though no prompt is", async () => {
  const project = newProject();
  const promptInfo = { prompt_template_version_id: "55555555-5555-4555-8555-555555555555", environment: "prod" };
  const path = `/api/v2/projects/${project}/sessions/${freeplaySession}/completions`;
  const { json } = await askJson("POST", path, { body: { messages, prompt_info: promptInfo } });
  expect(await readRecording(project, json["completion_id"])).toMatchObject({ prompt_info: promptInfo, environment: "prod" });
});

/** Sends a request to a project of ours, under a base of ours. */
async function send({ method, path, headers, text }: SdkRequest, base: string, project: string, key: string) {
  const ours = path.replace(/^\/api\//, base).replace(sdkProject, project);
  return await askJson(method, ours, { key, headers, ...(text === null ? {} : { body: text.replaceAll(sdkProject, project) }) });
}

/** All of them, into a project of their own. */
async function replay(requests: SdkRequest[]): Promise<{ project: string; key: string; answers: Answer[] }> {
  const project = newProject();
  const { key } = await makeKey({ scope: "admin", project_id: project });
  await makeGoldenSet(project, key);
  const answers: Answer[] = [];
  for (const request of requests) answers.push((await send(request, "/api/", project, key)).json);
  return { project, key, answers };
}

/** The dataset that the SDKs' test runs are of, made as Python makes one; its cases' ids. */
async function makeGoldenSet(project: string, key: string): Promise<string[]> {
  const datasets = `/api/v2/projects/${project}/datasets`;
  const made = await askJson("POST", datasets, { key, body: { name: "golden set" } });
  expect(made).toMatchObject({ status: 201, json: { dataset_id: expect.any(String) } });
  const path = `${datasets}/id/${made.json["dataset_id"]}/test-cases`;
  const none = { history: null, output_message: null, media_inputs: null };
  const examples = [
    { ...none, output: "Rayleigh", metadata: { level: "easy" }, inputs: { question: "Why is the sky blue?" } },
    { ...none, output: null, metadata: null, inputs: { question: "And sunsets?" } },
  ];
  expect(await askJson("POST", path, { key, body: { examples } })).toMatchObject({ status: 201 });
  const listed = await askJson("GET", path, { key });
  expect(listed).toMatchObject({
    status: 200,
    json: examples.map(({ inputs, output, metadata }) => ({ values: inputs, output, metadata, history: null, output_message: null })),
  });
  return listed.json["map"](({ id }: Answer) => id);
}

/** The exact status by section 0 of the wire, and what the SDKs read of the answer. */
function promised({ route, path, text }: SdkRequest, caseIds: string[]): { status: number; json: unknown } {
  const said = { message: expect.any(String) };
  const answers: Record<string, () => { status: number; json: unknown }> = {
    record_completion: () => ({
      status: 201,
      json: { completion_id: JSON.parse(text ?? "")["completion_id"] ?? expect.stringMatching(uuid) },
    }),
    update_completion: () => ({ status: 200, json: { completion_id: path.split("/").at(-1) } }),
    record_trace: () => ({ status: 201, json: {} }),
    update_trace: () => ({ status: 200, json: said }),
    session_metadata: () => ({ status: 200, json: { message: "Metadata updated successfully" } }),
    trace_metadata: () => ({ status: 200, json: { message: "Metadata updated successfully" } }),
    completion_feedback: () => ({ status: 201, json: said }),
    completion_feedback_v1: () => ({ status: 201, json: said }),
    trace_feedback: () => ({ status: 201, json: said }),
    delete_session: () => ({ status: 201, json: said }),
    create_test_run: () => ({ status: 201, json: promisedTestRun(caseIds) }),
    get_test_run: () => ({ status: 200, json: promisedResults(path.split("/").at(-1)) }),
    get_prompt: () => ({ status: 404, json: expect.objectContaining({ message: expect.stringContaining("FilesystemTemplateResolver") }) }),
  };
  const answer = answers[route];
  if (answer === undefined) throw new Error(`Nothing is promised of ${route}.`);
  return answer();
}

function promisedTestRun(caseIds: string[]): unknown {
  const cases = [
    { output: "Rayleigh", metadata: { level: "easy" }, values: { question: "Why is the sky blue?" } },
    { output: null, metadata: null, values: { question: "And sunsets?" } },
  ];
  return expect.objectContaining({
    test_run_id: expect.any(String),
    id: expect.any(String),
    test_run_name: "nightly",
    test_run_description: "d",
    test_cases: cases.map(({ output, metadata, values }, index) =>
      expect.objectContaining({
        test_case_id: caseIds[index],
        id: caseIds[index],
        variables: values,
        values,
        output,
        output_message: null,
        history: null,
        custom_metadata: metadata,
        metadata,
        media_variables: null,
      }),
    ),
    trace_test_cases: null,
  });
}

/** Python raises KeyError where one of these is not there. */
function promisedResults(id: string | undefined): unknown {
  const any = expect.toSatisfy((value: unknown) => value !== undefined);
  return expect.objectContaining({
    id,
    test_run_id: id,
    name: any,
    description: any,
    status: any,
    created_at: any,
    prompt_name: any,
    prompt_version: any,
    model_name: any,
    sessions_count: 1,
    summary_statistics: { auto_evaluation: {}, human_evaluation: {}, client_evaluation: expect.any(Object) },
  });
}
