import { expect, test } from "vitest";
import { limits } from "../../src/limits";
import { askJson, newProject } from "./collector";
import { rowsReadDuring } from "./search-requests";

/** Rows that a page of a session reads: its recordings thrice, with their transcripts, its traces, its sums, and the first ids. */
const sessionRowsMax = 4 * limits.sessionPageMax + limits.sessionTracesMax + 2 * limits.summedRecordingsMax + 2 * limits.childrenNamed + 20;

test("a page of a session, and a trace, read no more rows the more there is beside them", async () => {
  const project = newProject();
  for (let from = 0; from < 400; from += 50) {
    const items = Array.from({ length: 50 }, (_, index) => ({
      id: `r${from + index}`,
      project_id: project,
      session_id: "s",
      parent_id: index % 2 === 0 ? "agent" : `r${from + index - 1}`,
      all_messages: [{ role: "user", content: `question ${from + index}` }],
    }));
    expect((await askJson("POST", "/v1/recordings", { body: items })).status).toBe(200);
  }
  for (const id of ["agent", "other"])
    expect((await askJson("POST", `/v2/projects/${project}/sessions/s/traces/id/${id}`, { body: {} })).status).toBe(201);
  const [{ json: first }, session] = await measured(`/v1/sessions/s?project_id=${project}`);
  const [, second] = await measured(`/v1/sessions/s?project_id=${project}&cursor=${first["next_cursor"]}`);
  const [{ json: trace }, read] = await measured(`/v1/traces/agent?project_id=${project}`);
  expect(first["conversation"]).toHaveLength(limits.sessionPageMax);
  expect(session).toBeLessThanOrEqual(sessionRowsMax);
  expect(second).toBeLessThanOrEqual(sessionRowsMax);
  // The newest of the agent's own, each with the one that it is the parent of.
  expect(trace["tree"]).toHaveLength(limits.treeRecordingsMax);
  expect(trace["tree_is_partial"]).toBe(true);
  expect(read).toBeLessThanOrEqual(limits.treeOwnersMax * limits.treeRecordingsMax);
});

async function measured(path: string): Promise<[Awaited<ReturnType<typeof askJson>>, number]> {
  let answer: Awaited<ReturnType<typeof askJson>> | undefined;
  const rows = await rowsReadDuring(async () => {
    answer = await askJson("GET", path);
  });
  if (answer?.status !== 200) throw new Error(`${path} answered ${answer?.status}`);
  return [answer, rows];
}
