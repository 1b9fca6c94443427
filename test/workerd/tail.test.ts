import { describe, expect, onTestFinished, test } from "vitest";
import { followLog } from "../../src/query/follow-log";
import { type Answer, ask, askJson, makeKey, newProject } from "./collector";
import { collectorWith, databaseApart } from "./collector-with";

interface Event {
  id: number;
  name: string;
  data: Answer;
}

/** A reader of a project's tail. It is done with at the end of its test. */
async function follow(project: string, headers: Record<string, string> = {}, query = "") {
  const response = await ask("GET", `/v1/tail?project_id=${project}${query}`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("text/event-stream");
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error("There is no body.");
  onTestFinished(async () => await reader.cancel());
  let text = "";
  let lastId = "";
  const events: Event[] = [];
  const read = async () => {
    const { value } = await reader.read();
    text += new TextDecoder().decode(value);
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const fields = new Map(part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
      lastId = fields.get("id") ?? lastId;
      const data = fields.get("data");
      if (data !== undefined) events.push({ id: Number(lastId), name: fields.get("event") ?? "", data: JSON.parse(data) as Answer });
    }
  };
  // What it begins with is its place.
  await read();
  return {
    events,
    lastId: () => lastId,
    until: async (count: number) => {
      while (events.length < count) await read();
      return events;
    },
    stop: async () => await reader.cancel(),
  };
}

async function post(project: string, ...ids: string[]): Promise<void> {
  const items = ids.map((id) => ({
    project_id: project,
    id,
    all_messages: [{ role: "user", content: "Hi." }],
    call_info: { provider: "openai", model: "gpt-4o-mini" },
  }));
  expect((await askJson("POST", "/v1/recordings", { body: items })).json["stored"]).toBe(ids.length);
}

describe("the tail of a project", () => {
  test("tells what is recorded, changed and deleted, in the order of the log, and nothing of another's", async () => {
    const project = newProject();
    await post(project, "before");
    const { until } = await follow(project);
    await post(newProject(), "other");
    await post(project, "a", "b");
    const [first] = await until(2);
    expect(first).toMatchObject({
      name: "recording",
      data: { id: "a", project_id: project, provider: "openai", model: "gpt-4o-mini", version: 1, usage: { prompt_source: "estimated" } },
    });
    await askJson("POST", `/v1/recordings/a/feedback?project_id=${project}`, { body: { stars: 5 } });
    await until(3);
    await ask("DELETE", `/v1/recordings/b?project_id=${project}`);
    const events = await until(4);
    expect(events.map(({ name, data }) => [name, data["id"], data["version"]])).toEqual([
      ["recording", "a", 1],
      ["recording", "b", 1],
      ["recording", "a", 2],
      ["deleted", "b", undefined],
    ]);
    const ids = events.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
  });

  test("goes on where its reader was, and so misses nothing and repeats nothing", async () => {
    const project = newProject();
    const first = await follow(project);
    const seen: string[] = [];
    await post(project, "a", "b");
    seen.push(...(await first.until(2)).map(({ data }) => data["id"]));
    await first.stop();
    await post(project, "c");
    await post(project, "d");
    const second = await follow(project, { "Last-Event-ID": first.lastId() });
    await post(project, "e");
    seen.push(...(await second.until(3)).map(({ data }) => data["id"]));
    expect(seen).toEqual(["a", "b", "c", "d", "e"]);
    // In the middle of what came at once, too.
    const [a] = first.events;
    const again = await follow(project, { "Last-Event-ID": String(a?.id) });
    expect((await again.until(4)).map(({ data }) => data["id"])).toEqual(["b", "c", "d", "e"]);
    const asked = await follow(project, {}, `&after=${a?.id}`);
    expect((await asked.until(4)).map(({ data }) => data["id"])).toEqual(["b", "c", "d", "e"]);
  });

  test("a place that is none is refused, and one that the log has not come to is now", async () => {
    const { key } = await makeKey({ scope: "read", project_id: newProject() });
    for (const id of ["x", "-1", "1.5", "1e400"]) {
      expect((await ask("GET", "/v1/tail", { key, headers: { "Last-Event-ID": id } })).status).toBe(400);
      expect((await ask("GET", `/v1/tail?after=${id}`, { key })).status).toBe(400);
    }
    const project = newProject();
    const { until } = await follow(project, { "Last-Event-ID": "9007199254740991" });
    await post(project, "a");
    expect((await until(1))[0]?.data["id"]).toBe("a");
  });

  test("while the database is away it stays where it is, and after a while it ends", async () => {
    const project = newProject();
    const db = databaseApart();
    let nowMs = Date.now();
    const { deps } = collectorWith({ db, now: () => nowMs });
    const events = followLog(project, Number((await follow(project)).lastId()), deps);
    await events.next();
    db.fault = async () => await Promise.reject(new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long."));
    const next = events.next();
    await post(project, "a");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    db.fault = null;
    expect((await next).value).toContain('"id":"a"');
    nowMs += 300_000;
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});
