import type { Collector } from "./collector";
import { posted } from "./changes";
import { percentile } from "./measure";
import { type Times, world } from "./world";

/** What became of going through a list while somebody posts. */
export interface Paged {
  name: string;
  pages: number;
  ids: number;
  posted: number;
  p95Ms: number;
  faults: string[];
}

/** Lists that are gone through: each with the condition by which SQL finds what was in it when it was begun. */
function listsOf({ at }: Times): [name: string, query: string, where: string][] {
  const within = (from: number, to: number): [query: string, where: string] => [
    `from=${at(from)}&to=${at(to)}`,
    `coalesce(started_us, received_us) >= ${Date.parse(at(from)) * 1000} AND coalesce(started_us, received_us) < ${Date.parse(at(to)) * 1000}`,
  ];
  const [query, where] = within(0.6, 0.65);
  return [
    ["newest first", `session_id=${world.largeSession}`, `session_id = '${world.largeSession}'`],
    ["by time", ...within(0.6, 0.62)],
    ["a model of a time", `${query}&model=gpt-4o`, `${where} AND model = 'gpt-4o'`],
  ];
}

/** Goes through lists to their ends beside a writer: every id that was there comes, and none comes twice. */
export async function pageThrough(collector: Collector, times: Times): Promise<Paged[]> {
  const paged: Paged[] = [];
  for (const [name, query, where] of listsOf(times)) {
    const { results } = await collector.db
      .prepare(`SELECT id FROM recordings WHERE project_id = '${world.project}' AND ${where}`)
      .all<{ id: string }>();
    const writer = startWriter(collector, name, times);
    const [ids, took] = await allIds(collector, query);
    const wrote = await writer.stop();
    const seen = new Set(ids);
    const missed = results.filter(({ id }) => !seen.has(id)).length;
    const faults = [
      ...(missed > 0 ? [`${missed} ids are missed`] : []),
      ...(seen.size < ids.length ? [`${ids.length - seen.size} ids come twice`] : []),
    ];
    paged.push({
      name,
      pages: took.length,
      ids: ids.length,
      posted: wrote,
      p95Ms: percentile(
        took.toSorted((one, other) => one - other),
        0.95,
      ),
      faults,
    });
  }
  return paged;
}

async function allIds(collector: Collector, query: string): Promise<[ids: string[], tookMs: number[]]> {
  const ids: string[] = [];
  const took: number[] = [];
  for (let cursor = ""; ;) {
    const { status, text, tookMs } = await collector.ask("GET", `/v1/recordings?project_id=${world.project}&limit=200&${query}${cursor}`);
    if (status !== 200) throw new Error(text);
    const page = JSON.parse(text) as { recordings: { id: string }[]; next_cursor: string | null };
    ids.push(...page.recordings.map(({ id }) => id));
    took.push(tookMs);
    if (page.next_cursor === null) return [ids, took];
    cursor = `&cursor=${page.next_cursor}`;
  }
}

/** Posts one recording after another, into the lists too, until it is stopped: then it tells how many. */
export function startWriter(collector: Collector, name: string, times: Times): { stop: () => Promise<number> } {
  const stopped = new AbortController();
  const mark = `${name.replaceAll(" ", "-")}-${Date.now()}`;
  const write = async () => {
    let count = 0;
    for (; !stopped.signal.aborted; count += 1) {
      // In turn at the end of the log alone, in the session that is gone through, and in the time that is.
      const item = posted(`written-${mark}-${count}`) as { session_info: object; call_info: { start_time: number; end_time: number } };
      if (count % 3 === 1) item.session_info = { session_id: world.largeSession };
      if (count % 3 === 2) {
        item.call_info.start_time = Date.parse(times.at(0.6 + (count % 200) / 10_000)) / 1000;
        item.call_info.end_time = item.call_info.start_time + 1;
      }
      await collector.json("POST", "/v1/recordings", item);
    }
    return count;
  };
  const written = write();
  return {
    stop: async () => {
      stopped.abort();
      return await written;
    },
  };
}
