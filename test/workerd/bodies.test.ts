import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { askJson, gzip, newProject, readRecording, wholePayload } from "./collector";

test("a gzip body is taken, a broken one refused, another encoding is 415", async () => {
  const body = await gzip(JSON.stringify(wholePayload(newProject())));
  const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
  expect((await askJson("POST", "/v1/recordings", { body, headers })).status).toBe(201);
  expect((await askJson("POST", "/v1/recordings", { body: body.slice(0, -9), headers })).status).toBe(400);
  expect((await askJson("POST", "/v1/recordings", { body: "{}", headers })).status).toBe(400);
  expect((await askJson("POST", "/v1/recordings", { body, headers: { ...headers, "Content-Encoding": "br" } })).status).toBe(415);
});

test("a recording that is too large for a row of D1 is stored in a list as beside it a small one is", async () => {
  const project = newProject();
  const item = (id: string, units: number) => ({ project_id: project, id, all_messages: [{ role: "user", content: "é".repeat(units) }] });
  const body = [item("row", 924_000), item("over", 926_000), item("small", 10)];
  expect(await askJson("POST", "/v1/recordings", { body })).toMatchObject({ status: 200, json: { stored: 3, rejected: 0 } });
  const { results } = await env.DB.prepare("SELECT id, payload IS NULL AS fits FROM recordings WHERE project_id = ?1 ORDER BY id")
    .bind(project)
    .all();
  expect(results).toEqual([
    { id: "over", fits: 0 },
    { id: "row", fits: 1 },
    { id: "small", fits: 1 },
  ]);
  for (const { id, all_messages: messages } of body) expect((await readRecording(project, id))["messages"]).toEqual(messages);
});

test("a few bytes that would fill the memory are refused, however they are spelled", async () => {
  const project = newProject();
  const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
  const wrapped = (messages: string) => `{"project_id":"${project}","all_messages":[${messages}]}`;
  for (const body of [wrapped(`1${",1".repeat(200_000)}`), wrapped(`{}${",{}".repeat(100_000)},5`)]) {
    const { status, json } = await askJson("POST", "/v1/recordings", { body: await gzip(body), headers });
    expect(status).toBe(400);
    expect(json["issues"].length).toBeLessThanOrEqual(20);
  }
  for (const body of [
    wrapped(`1${",1".repeat(2_000_000)}`),
    wrapped(`{}${",{}".repeat(2_000_000)}`),
    `[${wrapped(`0.0${",0.0".repeat(1_000_000)},1e5`)}]`,
  ]) {
    expect((await askJson("POST", "/v1/recordings", { body: await gzip(body), headers })).status).toBe(413);
  }
  const lines = await gzip("1\n".repeat(4_000_000));
  expect(
    (await askJson("POST", "/v1/recordings", { body: lines, headers: { ...headers, "Content-Type": "application/x-ndjson" } })).status,
  ).toBe(413);
  const many = await gzip(`${wrapped(`{}${",{}".repeat(20_000)}`)}\n`.repeat(30));
  expect(
    (await askJson("POST", "/v1/recordings", { body: many, headers: { ...headers, "Content-Type": "application/x-ndjson" } })).status,
  ).toBe(413);
  const commas = JSON.stringify({ project_id: project, id: "commas", all_messages: [{ role: "user", content: ',[{\\"'.repeat(250_000) }] });
  expect((await askJson("POST", "/v1/recordings", { body: commas, headers: { "Content-Type": "application/json" } })).status).toBe(201);
});

test("one item that is wrong in a hundred thousand places refuses only itself", async () => {
  const project = newProject();
  const good = { project_id: project, id: "good", all_messages: [{}] };
  const bad = {
    project_id: project,
    id: "bad",
    all_messages: Array.from({ length: 100_000 }, () => 1),
    tool_schema: Array.from({ length: 100_000 }, () => 1),
  };
  expect(await askJson("POST", "/v1/recordings", { body: [good, bad] })).toMatchObject({
    status: 200,
    json: { stored: 1, rejected: 1, results: [{ id: "good" }, { id: "bad", status: "rejected" }] },
  });
});

test("a media type that is not read is 415", async () => {
  expect((await askJson("POST", "/v1/recordings", { body: "{}", headers: { "Content-Type": "text/plain" } })).status).toBe(415);
  expect(
    (await askJson("POST", "/v1/recordings", { body: "{}", headers: { "Content-Type": "application/json; charset=utf-16" } })).status,
  ).toBe(415);
});

test("a refusal names each bad field and echoes no value", async () => {
  const secret = "s3cret-value";
  const { status, json } = await askJson("POST", "/v1/recordings", {
    body: {
      project_id: `no spaces ${secret}`,
      all_messages: [secret],
      inputs: secret,
      call_info: { provider: 5, start_time: secret, usage: { prompt_tokens: -1, completion_tokens: secret } },
      response_info: { is_complete: secret, function_call_response: { name: secret } },
      test_run_info: { test_run_id: "x" },
    },
  });
  expect(status).toBe(400);
  expect(json).toMatchObject({ code: "bad_request", request_id: expect.any(String), message: expect.any(String) });
  expect(json["issues"].map(({ path }: { path: string }) => path)).toEqual(
    expect.arrayContaining([
      "project_id",
      "all_messages.0",
      "inputs",
      "call_info.provider",
      "call_info.model",
      "call_info.start_time",
      "call_info.usage.prompt_tokens",
      "call_info.usage.completion_tokens",
      "response_info.is_complete",
      "response_info.function_call_response.arguments",
      "test_run_info.test_case_id",
    ]),
  );
  expect(JSON.stringify(json)).not.toContain(secret);
});
