import type { BilledCollector } from "./collector";
import { callOf, project } from "./recordings";
import { postAll } from "./traffic";

/** Recordings over a year, so many in each session, all made before they are read. */
export const readRecordings = 10_000;
const perPost = 500;
const sessionCalls = 40;
/** More than a day has room for, so that as many groups as there may be are read. */
const versions = 40;
const days = 365;
const dayMs = 86_400_000;
const endMs = Date.UTC(2026, 10, 1);

/** Rows of D1 that one request reads. */
export interface Read {
  name: string;
  rowsRead: number;
  /** What it may read. */
  rowsReadMax: number | null;
}

/** Fills a collector with a year of recordings, as posts, and counts what reading them takes, once all are summed up. */
export async function measureReads(collector: BilledCollector): Promise<Read[]> {
  await fill(collector);
  const read = async (name: string, path: string, rowsReadMax: number | null): Promise<Read> => {
    await collector.spent();
    await collector.json("GET", path);
    return { name, rowsRead: (await collector.spent()).rowsRead, rowsReadMax };
  };
  const of = `project_id=${project}`;
  const year = `/v1/metrics?${of}&from=${new Date(endMs - days * dayMs).toISOString()}&to=${new Date(endMs).toISOString()}&interval=day&group_by=`;
  const middle = Math.floor(readRecordings / sessionCalls / 2);
  return [
    await read("page of 50", `/v1/recordings?${of}`, 120),
    await read("page of 50 of a month", `/v1/recordings?${of}&from=2026-04-01T00:00:00Z&to=2026-05-01T00:00:00Z`, 120),
    await read("one recording", "/v1/recordings/recording-90005000?" + of, null),
    await read(`session of ${sessionCalls}`, `/v1/sessions/read-${middle}?${of}`, null),
    await read("50 sessions", `/v1/sessions?${of}`, null),
    await read("a year of metrics", `${year}none`, 10_000),
    await read("a year of metrics by model", `${year}model`, 10_000),
    await read("a year of metrics by prompt version", `${year}prompt_version`, 10_000),
  ];
}

async function fill(collector: BilledCollector): Promise<void> {
  await collector.setClock(endMs);
  const made = Array.from({ length: readRecordings }, (_, at) => ({
    ...callOf({
      index: 90_000_000 + at,
      session: `read-${Math.floor(at / sessionCalls)}`,
      startedMs: endMs - ((readRecordings - at) * days * dayMs) / readRecordings,
    }),
    prompt_info: { prompt_template_version_id: `version-${(at * 7) % versions}`, environment: "prod" },
  }));
  const posts = Array.from({ length: readRecordings / perPost }, (_, at) => made.slice(at * perPost, (at + 1) * perPost));
  await postAll(collector, posts);
  for (let minute = 0; minute < 10; minute += 1) {
    await collector.setClock(endMs + minute * 60_000);
    await collector.minute();
  }
  await collector.spent();
}
