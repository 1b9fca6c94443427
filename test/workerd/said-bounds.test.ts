import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { ask, askJson, newProject, readRecording } from "./collector";

async function record(project: string, content = "first"): Promise<number> {
  const body = { completion_id: "r", messages: [{ role: "user", content }] };
  return (await ask("POST", `/api/v2/projects/${project}/sessions/s/completions`, { body })).status;
}

test("a recording that just fits into a row has room for all that may be said of it, before or after", async () => {
  const whole = { eval_results: { e: "x".repeat(60_000) } };
  for (const order of ["before", "after"]) {
    const project = newProject();
    const say = async () => {
      expect((await ask("POST", `/v2/projects/${project}/completions/r`, { body: whole })).status).toBe(200);
      const feedback = { f: "x".repeat(60_000) };
      expect((await ask("POST", `/v2/projects/${project}/completion-feedback/id/r`, { body: feedback })).status).toBe(201);
    };
    if (order === "before") await say();
    expect(await record(project, "y ".repeat(945_000))).toBe(201);
    if (order === "after") await say();
    const read = await readRecording(project, "r");
    expect(read["feedback"]?.f).toHaveLength(60_000);
    expect(read["eval_results"]?.e).toHaveLength(60_000);
    const size = await env.DB.prepare(
      "SELECT octet_length(messages) + octet_length(content) + octet_length(feedback) + octet_length(evaluations) AS n FROM recordings WHERE project_id = ?1",
    )
      .bind(project)
      .first<number>("n");
    expect(size).toBeLessThanOrEqual(2_000_000);
  }
});

test("a recording's bytes are those of its answer, with what was said of it", async () => {
  const bytes = async (project: string) =>
    await env.DB.prepare("SELECT content_bytes AS n FROM recordings WHERE project_id = ?1").bind(project).first<number>("n");
  const [before, after] = [newProject(), newProject()];
  for (const project of [before, after]) {
    if (project === after) await record(project);
    await askJson("POST", `/v2/projects/${project}/completions/r`, { body: { eval_results: { e: "x".repeat(60_000) } } });
    await askJson("POST", `/v2/projects/${project}/completion-feedback/id/r`, { body: { f: "x".repeat(60_000) } });
    if (project === before) await record(project);
  }
  expect(await bytes(before)).toBeGreaterThan(120_000);
  expect(await bytes(after)).toBe(await bytes(before));
  await askJson("POST", `/v2/projects/${after}/completion-feedback/id/r`, { body: { f: "y" } });
  expect(await bytes(after)).toBeLessThan(70_000);
});
