import type { BilledCollector } from "./collector";
import type { Usage } from "./cost";
import { callOf, turnOf } from "./recordings";
import type { Spent } from "./spent";
import { postAll, spend, type Traffic } from "./traffic";

/** Ten million recordings a month: from about there on rows are paid for beside the plan's five dollars. */
const perMinute = 230;
const minutes = 5;
/** Recordings of a large post. */
const manyPerPost = 100;
/** Calls of one session. */
const sessionCalls = 50;
/** Some moment: the clock is the bench's, so that the cron's minutes are the same in each run. */
const startMs = Date.UTC(2026, 9, 1, 10);
const hourMs = 3_600_000;

/** What traffic of a kind costs. */
export interface Billed {
  name: string;
  usage: Usage;
}

/** Rows that one request writes, without what follows from it. */
export interface PostRows {
  firstOfSession: number;
  knownSession: number;
  secondTurn: number;
  laterTurn: number;
  ofMany: number;
}

/** Numbers recordings and their sessions. */
let made = 0;
const newCall = (startedMs: number) => callOf({ index: (made += 1), session: `session-${Math.floor(made / sessionCalls)}`, startedMs });
const newTurn = (session: string, turns: number) => turnOf({ index: (made += 1), session, startedMs: startMs }, turns);

/** Each kind of post for itself, exactly: all but the first in a project and prices that are known. */
export async function measurePosts(collector: BilledCollector): Promise<PostRows> {
  await collector.setClock(startMs - hourMs);
  const rowsOf = async (body: object | object[]) => {
    await collector.spent();
    await postAll(collector, [body]);
    return (await collector.spent()).rowsWritten;
  };
  const call = (session: string) => callOf({ index: (made += 1), session, startedMs: startMs });
  await rowsOf(call("first"));
  const [firstOfSession, knownSession] = [await rowsOf(call("known")), await rowsOf(call("known"))];
  await rowsOf(newTurn("talk", 1));
  const secondTurn = await rowsOf(newTurn("talk", 2));
  const turns = [await rowsOf(newTurn("talk", 3)), await rowsOf(newTurn("talk", 4))];
  const many = await rowsOf(Array.from({ length: manyPerPost }, () => call("known")));
  return { firstOfSession, knownSession, secondTurn, laterTurn: Math.max(...turns), ofMany: many / manyPerPost };
}

/** What the cron costs a minute where nothing comes in. */
export async function measureIdle(collector: BilledCollector): Promise<Spent> {
  const idle = 10;
  await spend(collector, { minutes: 0, posts: () => [] }, startMs);
  const { spent } = await spend(collector, { minutes: idle, minutesAfter: 0, posts: () => [] }, startMs + hourMs);
  return { ...spent, rowsRead: spent.rowsRead / idle, rowsWritten: spent.rowsWritten / idle, classA: spent.classA / idle };
}

/** Each kind, and how many recordings all of them were. */
export interface Traffics {
  single: Billed;
  /** Single posts at a tenth of the rate. */
  slow: Billed;
  many: Billed;
  recordings: number;
}

/** Traffic with all that follows: its share of the sums, batches and objects that the cron and the queue make of it. */
export async function measureTraffics(collector: BilledCollector, idle: Spent): Promise<Traffics> {
  const spread = (posts: number, length: number, post: (startedMs: number) => object | object[]): Traffic => ({
    minutes: length,
    posts: (fromMs) => Array.from({ length: posts }, (_, at) => post(fromMs + (at * length * 60_000) / posts)),
  });
  const recordings = perMinute * minutes;
  const many = (startedMs: number) => Array.from({ length: manyPerPost }, () => newCall(startedMs));
  const madeBefore = made;
  const billed = {
    single: await bill(collector, idle, "single posts", spread(recordings, minutes, newCall), 2),
    slow: await bill(collector, idle, "single posts, one million a month", spread(perMinute, 2 * minutes, newCall), 4),
    many: await bill(collector, idle, "posts of 100", spread(Math.round(recordings / manyPerPost), minutes, many), 6),
  };
  return { ...billed, recordings: made - madeBefore };
}

async function bill(collector: BilledCollector, idle: Spent, name: string, traffic: Traffic, hours: number): Promise<Billed> {
  const cpuBefore = collector.cpuMs();
  const { recordings, spent, minutesAfter } = await spend(collector, traffic, startMs + hours * hourMs);
  const cpuMs = collector.cpuMs() - cpuBefore;
  // The minutes after are here so that nothing is left over: what the cron takes of them by itself is no recording's.
  const of = (amount: number, idleAmount = 0) => (amount - idleAmount * minutesAfter) / recordings;
  const usage = {
    requests: of(spent.requests),
    cpuMs: of(cpuMs),
    rowsWritten: of(spent.rowsWritten, idle.rowsWritten),
    rowsRead: of(spent.rowsRead, idle.rowsRead),
    queueOperations: of(spent.queueOperations),
    classA: of(spent.classA, idle.classA),
    classB: of(spent.classB),
  };
  return { name, usage };
}
