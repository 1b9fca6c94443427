import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCollector, startCollector } from "./running-collector";

let folder: string;
let collector: RunningCollector;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aircheck-start-"));
  collector = await startCollector({ folder });
});
afterAll(async () => {
  await collector.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test("the printed curl, pasted into a shell, records; the one below it reads it back", async () => {
  const [record, list] = pastedCommands(await collector.welcome());
  const answer = JSON.parse(await runShell(`${record} -sS -w '\\n{"status":%{http_code}}'`).then(lastTwoLinesMerged)) as Record<
    string,
    unknown
  >;
  expect(answer).toMatchObject({ status: 201, project_id: "demo", cost_source: "priced", latency_ms: 1200 });
  const page = JSON.parse(await runShell(`${list} -sS`)) as { recordings: { id: string }[] };
  expect(page.recordings.map(({ id }) => id)).toContain(answer["id"]);
});

test("the printed browser key records from a page on localhost, and from nowhere else", async () => {
  const key = /ac_browser_\w+/.exec(await collector.welcome())?.[0];
  const post = async (origin: string) =>
    await fetch(`${collector.origin}/v1/recordings`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", Origin: origin },
      body: JSON.stringify({ all_messages: [{ role: "user", content: "from a page" }] }),
    });
  expect((await post("http://localhost:3000")).status).toBe(201);
  expect((await post("https://localhost.example.com")).status).toBe(403);
});

test("a second start keeps the data and the key", async () => {
  const before = await collector.welcome();
  await collector.stop();
  collector = await startCollector({ folder });
  const after = await collector.welcome();
  expect(/ac_browser_\w+/.exec(after)?.[0]).toBe(/ac_browser_\w+/.exec(before)?.[0]);
  const page = (await (
    await fetch(`${collector.origin}/v1/recordings?project_id=demo`, { headers: { Authorization: `Bearer ${collector.adminKey}` } })
  ).json()) as { recordings: unknown[] };
  expect(page.recordings.length).toBeGreaterThanOrEqual(2);
});

function pastedCommands(welcome: string): string[] {
  return welcome.split("\n\n").filter((block) => block.startsWith("curl "));
}

async function runShell(command: string): Promise<string> {
  return (await promisify(execFile)("bash", ["-c", command])).stdout;
}

/** The answer and curl's own line, as one object. */
function lastTwoLinesMerged(output: string): string {
  const [answer = "", status = ""] = output.trim().split("\n").slice(-2);
  return `${answer.slice(0, -1)},${status.slice(1)}`;
}
