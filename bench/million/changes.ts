import { setTimeout as sleep } from "node:timers/promises";
import type { Collector } from "./collector";
import { type Times, world } from "./world";

/** How many of each kind are made by hand, through the API; a repricing and a project's deletion change some thousand more. */
const each = 150;

/**
 * Changes what was seeded as its callers would: posts, updates, feedback, deletions, and of one small project prices, of another
 * everything. `round` picks which, so that some come before the log is rolled up and others after.
 */
export async function change(collector: Collector, { rows, times }: { rows: number; times: Times }, round: number): Promise<void> {
  const ids = await largeIds(collector, rows, round);
  for (let index = 0; index < each; index += 1) {
    const [updated, liked, deleted] = ids.slice(3 * index);
    await collector.json("POST", "/v1/recordings", posted(`new-${round}-${index}`));
    // Most are of the large project; what is said of others' by its name waits for a recording that never comes.
    await collector.json("POST", `/v2/projects/${world.project}/completions/${updated}`, {
      new_messages: [{ role: "user", content: `Thank you. ${index}` }],
    });
    await collector.json("POST", `/v2/projects/${world.project}/completion-feedback/id/${liked}`, { rating: "positive" });
    await collector.json("DELETE", `/v1/recordings/${deleted}?project_id=${world.project}`);
  }
  await collector.json("DELETE", `/v1/sessions/s-${35 * (3 + round)}?project_id=${world.project}`);
  await collector.json("DELETE", `/v1/projects/small-${19 - round}`);
  await reprice(collector, `small-0${3 + round}`, times);
}

/** So many ids of the large project, from all over the log. */
async function largeIds(collector: Collector, rows: number, round: number): Promise<string[]> {
  const step = Math.floor(rows / (each * 4));
  const { results } = await collector.db
    .prepare(
      `SELECT id FROM recordings WHERE project_id = '${world.project}' AND seq <= ${rows} AND seq % ${step} = ${round} LIMIT ${3 * each}`,
    )
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** A recording as a caller posts it. */
export function posted(id: string): object {
  const endTime = Date.now() / 1000;
  return {
    project_id: world.project,
    id,
    all_messages: [
      { role: "user", content: `Where is my order ${id}?` },
      { role: "assistant", content: "It left the warehouse on Monday. ".repeat(12) },
    ],
    environment: "prod",
    call_info: {
      provider: "openai",
      model: "gpt-4o-mini",
      start_time: endTime - 1.25,
      end_time: endTime,
      usage: { prompt_tokens: 30, completion_tokens: 80 },
    },
    session_info: { session_id: `posted-${id.slice(-1)}`, custom_metadata: { tier: "gold" } },
    response_info: { is_complete: true },
  };
}

/** Prices all of a project anew, by a price of its own, and waits for it. */
async function reprice(collector: Collector, project: string, times: Times): Promise<void> {
  await collector.json("PUT", `/v1/projects/${project}/prices`, {
    overrides: [{ model: "gpt-4o*", usd_per_million: { input: 2, output: 8, cache_read: 1 } }],
  });
  const { id } = await collector.json("POST", `/v1/projects/${project}/reprice`, { from: times.at(-0.1), to: times.at(1.1) });
  for (;;) {
    const { state } = await collector.json("GET", `/v1/projects/${project}/reprice/${String(id)}`);
    if (state === "done") return;
    await sleep(200);
  }
}
