import type { BilledCollector } from "./collector";
import { addSpent, nothingSpent, type Spent } from "./spent";

/** Posts as they come in, evenly over minutes of the collector's clock. */
export interface Traffic {
  minutes: number;
  /** Minutes of the cron after them; as many as all of it takes, unless there is nothing to wait for. */
  minutesAfter?: number;
  /** Each post: one recording, or a list of them. */
  posts: (startedMs: number) => (object | object[])[];
}

/** What came in, and what it cost until nothing of it was left to do. */
export interface Sent {
  recordings: number;
  spent: Spent;
  minutesAfter: number;
}

/** How many requests are under way at once. */
const lanes = 4;
/** Minutes of the cron after the last post, until all is exported and summed up: metrics wait five for little. */
const usuallyAfter = 6;

/** Sends the posts of a traffic, with the cron's minutes between, and tells what all of it cost and how many recordings there were. */
export async function spend(collector: BilledCollector, traffic: Traffic, startedMs: number): Promise<Sent> {
  const { minutesAfter = usuallyAfter } = traffic;
  const total = nothingSpent();
  const posts = traffic.posts(startedMs);
  await collector.spent();
  for (let minute = 0; minute < traffic.minutes + minutesAfter; minute += 1) {
    await collector.setClock(startedMs + minute * 60_000);
    const [from, to] = [minute, minute + 1].map((until) => Math.floor((posts.length * until) / Math.max(1, traffic.minutes)));
    await postAll(collector, posts.slice(from, to));
    await collector.setClock(startedMs + minute * 60_000 + 59_000);
    await collector.minute();
    addSpent(total, await collector.spent());
  }
  return { recordings: posts.flat().length, spent: total, minutesAfter };
}

/** Sends posts, so many at once. @throws Error where one is not stored at once: what waits is billed otherwise. */
export async function postAll(collector: BilledCollector, posts: (object | object[])[]): Promise<void> {
  const waiting = posts.values();
  const send = async () => {
    for (const post of waiting) {
      const { seq, stored } = await collector.json("POST", "/v1/recordings", post);
      const isStored = Array.isArray(post) ? stored === post.length : typeof seq === "number";
      if (!isStored) throw new Error("A post was not stored at once.");
    }
  };
  await Promise.all(Array.from({ length: lanes }, send));
}
