import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { sdkProject } from "./captured-requests";
import { type Answer, askJson, newProject, readRecording } from "./collector";
import { answerAndRow, freeplaySession, messages, record, rowsOf, uuid } from "./freeplay-session";
import { bareBodies, jvmCallInfo, jvmText, pythonText, sdkCall, sdkTimes, toAscii, wholeBodies } from "./sdk-bodies";
import { contentKeys, pick, promisedContent, promisedTimes, promisedUsage, sdkCompletions } from "./sdk-completions";

test("the fixtures hold all 18 captured completions", () => {
  expect(sdkCompletions).toHaveLength(18);
});

describe("a captured request is answered 201 with its completion_id, and every field reads back", () => {
  test.each(sdkCompletions)("$title", async ({ sdk, path, headers, body }) => {
    const project = newProject();
    const sent = body as Answer;
    const { Authorization: _, ...sdkHeaders } = headers;
    const text = sdk.startsWith("Python") ? toAscii(JSON.stringify(sent)) : JSON.stringify(sent);
    const answer = await askJson("POST", path.replace(sdkProject, project), { body: text, headers: sdkHeaders });
    expect(answer.json).toEqual({ completion_id: sent["completion_id"] ?? expect.stringMatching(uuid) });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);

    const read = await readRecording(project, answer.json["completion_id"]);
    const sessionId = path.split("/")[6];
    expect(JSON.stringify(read["messages"])).toBe(JSON.stringify(sent["messages"]));
    expect(pick(read, ...contentKeys)).toEqual(promisedContent(sent, sessionId));
    expect(read).toMatchObject({ id: answer.json["completion_id"], project_id: project, session_id: sessionId });
    expect(read["usage"]).toMatchObject(promisedUsage(sent));
    const call = sent["call_info"] ?? {};
    expect(pick(read, "latency_ms", "started_at", "ended_at")).toEqual(promisedTimes(call["start_time"], call["end_time"]));
    const row = await env.DB.prepare("SELECT provider, model, environment FROM recordings WHERE project_id = ?1").bind(project).first();
    expect(row).toEqual({
      provider: call["provider"] ?? null,
      model: call["model"] ?? null,
      environment: sent["prompt_info"]?.["environment"] ?? null,
    });
  });
});

describe("the same call sent by Node 0.3.1, Python 0.6.1 and JVM 0.6.0 is the same stored row", () => {
  test.each([
    { name: "little more than messages", sdks: bareBodies },
    { name: "all that the three can say", sdks: wholeBodies },
  ])("with $name", async ({ sdks }) => {
    const project = newProject();
    const ids = [await record(project, sdks.node), await record(project, sdks.python), await record(project, sdks.jvm(project))];
    const [node, python, jvm] = await Promise.all(ids.map(async (id) => await answerAndRow(project, id)));
    expect(python).toEqual(node);
    expect(jvm).toEqual(node);
    expect(node?.answer["call_info"]).toMatchObject({
      provider: "openai",
      model: "gpt-4o-mini",
      model_parameters: sdkCall.parameters,
      ...sdkTimes,
    });
    expect(node?.row).toMatchObject({ started_us: 1_767_323_045_678_000, ended_us: 1_767_323_047_250_000 });
    expect(await rowsOf(project)).toEqual({ recordings: 3, sessions: 1, projects: 1 });
  });

  test("with a function call, by each of its names, but for is_complete that only the JVM sends", async () => {
    const project = newProject();
    const { name, arguments: text } = sdkCall.functionCall;
    const legacy = { messages: [messages[0], { role: "assistant", content: "" }], inputs: {} };
    const callInfo = { ...sdkTimes, model: "gpt-4o-mini", provider: "openai", llm_parameters: {} };
    const ids = [
      await record(project, {
        ...legacy,
        prompt_info: {},
        call_info: callInfo,
        response_info: { function_call_response: sdkCall.functionCall },
      }),
      await record(project, {
        ...legacy,
        prompt_info: {},
        call_info: callInfo,
        response_info: { function_call_response: { function_name: name, arguments: text } },
      }),
      await record(
        project,
        pythonText({
          ...legacy,
          session_info: { custom_metadata: null },
          call_info: { ...callInfo, provider_info: null, api_style: null },
          response_info: { function_call_response: sdkCall.functionCall },
        }),
      ),
      await record(
        project,
        jvmText({
          ...legacy,
          session_info: { session_id: freeplaySession, custom_metadata: null },
          call_info: jvmCallInfo({ model_parameters: {} }),
          response_info: { is_complete: true, function_call: sdkCall.functionCall, prompt_tokens: 0, response_tokens: 0 },
        }),
      ),
    ];
    const [node, typed, python, jvm] = await Promise.all(ids.map(async (id) => (await answerAndRow(project, id)).answer));
    expect(node?.["response_info"]).toEqual({ function_call_response: sdkCall.functionCall });
    expect(typed).toEqual(node);
    expect(python).toEqual(node);
    expect(jvm).toEqual({ ...node, response_info: { ...node?.["response_info"], is_complete: true } });
  });
});

describe("the least that an SDK can send is taken", () => {
  const least: { sdk: string; body: string }[] = [
    { sdk: "Node 0.5", body: JSON.stringify({ messages }) },
    { sdk: "Node 0.5 with an empty call", body: JSON.stringify({ messages, call_info: {} }) },
    { sdk: "Node 0.3.1", body: JSON.stringify({ messages, prompt_info: {}, call_info: { start_time: null, end_time: null } }) },
    {
      sdk: "Python 0.6.1",
      body: pythonText({
        messages,
        inputs: null,
        tool_schema: null,
        output_schema: null,
        session_info: { custom_metadata: null },
        parent_id: null,
      }),
    },
    { sdk: "JVM 0.6.0", body: jvmText({ messages, session_info: { session_id: freeplaySession, custom_metadata: null } }) },
    { sdk: "JVM 0.6.0 with no session info", body: jvmText({ messages }) },
  ];
  test("and is the same recording from each", async () => {
    const project = newProject();
    const found: Answer[] = [];
    for (const { body } of least) found.push((await answerAndRow(project, await record(project, body))).answer);
    for (const [index, answer] of found.entries()) expect(answer, least[index]?.sdk).toEqual(found[0]);
    expect(found[0]).toMatchObject({
      messages,
      session_info: { session_id: freeplaySession },
      started_at: null,
      latency_ms: null,
      usage: { prompt_source: "estimated", completion_source: "estimated" },
    });
    expect(found[0]).not.toHaveProperty("call_info");
  });
});
