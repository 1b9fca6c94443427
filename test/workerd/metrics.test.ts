import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { rollUpMetrics, metricsPlace } from "../../src/store/metrics";
import { limits } from "../../src/limits";
import { askJson, newProject, transactionsDuring } from "./collector";

// What other tests left is more than a reading adds by itself.
beforeEach(rollUp);

/** Rolls up all that there is. */
async function rollUp(): Promise<void> {
  const { seq, headSeq } = await metricsPlace(env.DB);
  if (headSeq > seq) expect(await rollUpMetrics(env.DB, seq, headSeq)).toBe(true);
}

function call(project: string, id: string, more: Record<string, unknown> = {}, callInfo: Record<string, unknown> = {}) {
  return {
    id,
    project_id: project,
    all_messages: [
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Good morning" },
    ],
    call_info: {
      provider: "openai",
      model: "gpt-4o-mini",
      start_time: 1_790_000_000,
      end_time: 1_790_000_001.5,
      usage: { prompt_tokens: 10, completion_tokens: 20 },
      ...callInfo,
    },
    ...more,
  };
}

const at = "from=1790000000&to=1790003600";

test("calls are summed up alike before and after they are rolled up", async () => {
  const project = newProject();
  const items = [
    call(project, "a"),
    call(project, "b", { error: { message: "no" }, environment: "prod" }, { model: "gpt-4o", end_time: 1_790_000_010 }),
    call(project, "c", {}, { model: "o1", end_time: 1, usage: undefined, start_time: 1_790_103_700 }),
  ];
  expect((await askJson("POST", "/v1/recordings", { body: items })).json["stored"]).toBe(3);
  const ask = async (more: string) => (await askJson("GET", `/v1/metrics?project_id=${project}&${more}`)).json;
  const before = [await ask(at), await ask(`${at}&group_by=model`), await ask(`${at}&interval=day&group_by=environment`)];
  await rollUp();
  const after = [await ask(at), await ask(`${at}&group_by=model`), await ask(`${at}&interval=day&group_by=environment`)];
  expect(after).toEqual(before);
  expect(after[0]).toMatchObject({
    totals: {
      recordings: 2,
      errors: 1,
      tokens: { prompt: 20, completion: 40 },
      recordings_without_tokens: 0,
      latency_ms: { recordings: 2 },
    },
    not_counted_yet: 0,
  });
  expect(after[1]?.["groups"].map(({ value }: { value: string }) => value)).toEqual(["gpt-4o", "gpt-4o-mini"]);
});

test("what is deleted or changed after it was rolled up counts as it is now", async () => {
  const project = newProject();
  await askJson("POST", "/v1/recordings", { body: [call(project, "a"), call(project, "b")] });
  await rollUp();
  const ask = async () => (await askJson("GET", `/v1/metrics?project_id=${project}&${at}&group_by=model`)).json;
  expect((await ask())["totals"].recordings).toBe(2);
  await askJson("DELETE", `/v1/recordings/a?project_id=${project}`);
  expect(await ask()).toMatchObject({ totals: { recordings: 1, tokens: { prompt: 10 } }, groups: [{ value: "gpt-4o-mini" }] });
  await askJson("DELETE", `/v1/recordings/b?project_id=${project}`);
  expect(await ask()).toMatchObject({ totals: { recordings: 0, cost_usd: 0, latency_ms: { p50: null } }, groups: [] });
});

test("a reading with the whole of the log's end behind the roll-ups reads a bounded number of rows", async () => {
  const project = newProject();
  const items = Array.from({ length: limits.metricTailPlaces }, (_, index) =>
    call(
      project,
      `t${index}`,
      {},
      { model: `model-${index % 30}`, start_time: 1_790_000_000 - index * 40_000, end_time: 1_790_000_000 - index * 40_000 + 1 + index },
    ),
  );
  for (let first = 0; first < items.length; first += 100)
    await askJson("POST", "/v1/recordings", { body: items.slice(first, first + 100) });
  const read = async () => await askJson("GET", `/v1/metrics?project_id=${project}&from=1758500000&to=1790100000&group_by=model`);
  const transactions = await transactionsDuring(read);
  const rowsRead = transactions.flat().reduce((sum, { meta }) => sum + meta.rows_read, 0);
  // Beside the roll-ups of a year, of which there may be so many more.
  expect(rowsRead).toBeLessThan(10_000 - 366 * limits.metricGroupsPerDay);
});
