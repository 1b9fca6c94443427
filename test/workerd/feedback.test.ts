import { expect, test } from "vitest";
import { askJson, makeKey, newProject, readRecording } from "./collector";

const messages = [{ role: "user", content: "Why is the sky blue?" }];
const received = { json: { message: expect.any(String) }, status: 201 };

async function record(project: string, id: string): Promise<void> {
  const path = `/api/v2/projects/${project}/sessions/s/completions`;
  expect((await askJson("POST", path, { body: { completion_id: id, messages } })).status).toBe(201);
}

/** What was said of a recording, as it reads. */
async function feedbackOf(project: string, id: string): Promise<unknown> {
  return (await readRecording(project, id))["feedback"];
}

test("feedback by the second wire and by the first is answered 201 and merged, before the recording and after", async () => {
  const project = newProject();
  const { key } = await makeKey({ scope: "ingest", project_id: project });
  const second = `/api/v2/projects/${project}/completion-feedback/id/c`;
  const first = "/api/v1/completion_feedback/c";
  expect(await askJson("PUT", first, { key, body: { freeplay_feedback: "positive", comment: "nice" } })).toMatchObject(received);
  await record(project, "c");
  expect(await askJson("POST", second, { key, body: { stars: 5, resolved: true } })).toMatchObject(received);
  expect(await askJson("PUT", "/v1/completion_feedback/c", { key, body: { comment: "or not" } })).toMatchObject(received);
  expect(await askJson("POST", second.replace("/api", ""), { body: { stars: 4 } })).toMatchObject(received);
  expect(await feedbackOf(project, "c")).toEqual({ comment: "or not", freeplay_feedback: "positive", resolved: true, stars: 4 });
});

test("the first wire with a key of all projects finds the one that holds the id, and says why where there is none or more", async () => {
  const [one, other] = [newProject(), newProject()];
  const id = `c-${crypto.randomUUID()}`;
  const put = async () => await askJson("PUT", `/v1/completion_feedback/${id}`, { body: { stars: 5 } });
  expect(await put()).toMatchObject({ status: 404, json: { message: expect.stringContaining("key of the project") } });
  await record(one, id);
  expect(await put()).toMatchObject(received);
  expect(await feedbackOf(one, id)).toEqual({ stars: 5 });
  await record(other, id);
  expect(await put()).toMatchObject({ status: 409, json: { message: expect.stringContaining("key of the project") } });
});

test("a value that is no text, number or boolean is 400 with its name, and changes nothing", async () => {
  const project = newProject();
  await record(project, "c");
  const path = `/api/v2/projects/${project}/completion-feedback/id/c`;
  for (const value of [null, {}, [1]]) {
    const answer = await askJson("POST", path, { body: { good: true, stars: value } });
    expect(answer).toMatchObject({
      status: 400,
      json: { issues: [{ path: "feedback.stars" }], message: expect.stringContaining("stars") },
    });
  }
  expect((await askJson("POST", path, { body: ["stars"] })).status).toBe(400);
  expect((await askJson("POST", path, { body: { stars: 5 }, key: null })).status).toBe(401);
  const { key } = await makeKey({ scope: "ingest", project_id: newProject() });
  expect((await askJson("POST", path, { body: { stars: 5 }, key })).status).toBe(404);
  expect(await feedbackOf(project, "c")).toBe(null);
});

test("a page may give feedback with a browser key, and ask first", async () => {
  const project = newProject();
  const { key } = await makeKey({ scope: "browser", project_id: project, origins: ["https://app.example.com"] });
  const headers = { Origin: "https://app.example.com" };
  for (const [method, path] of [
    ["POST", `/api/v2/projects/${project}/completion-feedback/id/c`],
    ["POST", `/v2/projects/${project}/trace-feedback/id/t`],
    ["PUT", "/v1/completion_feedback/c"],
  ] as const) {
    const preflight = await askJson("OPTIONS", path, { key: null, headers: { ...headers, "Access-Control-Request-Method": method } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Methods")).toContain(method);
    const answer = await askJson(method, path, { key, headers, body: { freeplay_feedback: "positive" } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(headers.Origin);
  }
});
