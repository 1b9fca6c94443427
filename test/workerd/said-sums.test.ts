import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { limits } from "../../src/limits";
import { ask, askJson, newProject } from "./collector";

test("a run is summed up to a bound of bytes, what was said of its recordings and the texts of its traces among them", async () => {
  const project = newProject();
  const base = `/api/v2/projects/${project}`;
  const body = { completion_id: "r", messages: [{}], test_run_info: { test_run_id: "said", test_case_id: "c" } };
  expect((await ask("POST", `${base}/sessions/s/completions`, { body })).status).toBe(201);
  const names =
    "project_id, session_id, test_run_id, receipt, received_us, prompt_source, completion_source, cost_source, content_bytes, content_hash, messages, content";
  await env.DB.prepare(`INSERT INTO recordings (id, evaluations, ${names})
    SELECT 'r-' || g.key, json_object('long', printf('%.60000c', 'x')), ${names} FROM recordings CROSS JOIN json_each(?2) AS g WHERE project_id = ?1`)
    .bind(project, JSON.stringify(Array.from({ length: 600 }, () => 1)))
    .run();
  await env.DB.prepare(`INSERT INTO traces (project_id, id, created_us, updated_us, fields)
    SELECT ?1, 't-' || key, 5, 5, '{"test_run_id":["\\"traced\\"",0,5],"output":["\\"' || printf('%.90000c', 'x') || '\\"",0,5]}' FROM json_each(?2)`)
    .bind(project, JSON.stringify(Array.from({ length: 400 }, () => 1)))
    .run();
  const summedUp = async (run: string) => (await askJson("GET", `${base}/test-runs/id/${run}`)).json["summed_up"];
  const { recordings, is_complete: isComplete } = await summedUp("said");
  expect({ recordings: recordings * 60_000 <= limits.summedBytesMax, isComplete }).toEqual({ recordings: true, isComplete: false });
  const { traces, is_complete: isTraced } = await summedUp("traced");
  expect({ traces: traces * 90_000 <= limits.summedBytesMax, isTraced }).toEqual({ traces: true, isTraced: false });
});
