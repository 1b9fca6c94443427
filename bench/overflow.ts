import { setTimeout as sleep } from "node:timers/promises";
import { createTestHarness } from "wrangler";
import { noteFigure } from "./figures";

// npm run bench:overflow [seconds] [posts a second]: single posts at three times what a D1 of 50 commits a second takes. What
// overflows goes to the spool and is stored in bulk: nothing may be lost, nothing refused.
const [seconds = 60, postsPerSecond = 150] = process.argv.slice(2).map(Number);
const adminKey = "ac_admin_for_the_bench";
/** Seconds after the last post in which all of it must be in D1. */
const settledWithinS = 60;

// No look-up of where this machine is, which needs a network.
process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
// No traces of each request in a database of the simulator's own, which cost more than the request.
process.env["X_LOCAL_OBSERVABILITY"] = "false";
process.env["X_LOCAL_EXPLORER"] = "false";
const server = createTestHarness({ workers: [{ configPath: "bench/overflow-wrangler.toml" }] });
await server.listen();
const collector = server.getWorker();
try {
  await collector.applyD1Migrations("DB");
  await measure();
} finally {
  await server.close();
}

interface Post {
  id: string;
  status: number;
  isSpooled: boolean;
  tookMs: number;
}

async function measure(): Promise<void> {
  for (let warm = 0; warm < 20; warm += 1) await post(`warm-${warm}`);
  const posts: Promise<Post>[] = [];
  const startedMs = performance.now();
  for (let index = 0; index < seconds * postsPerSecond; index += 1) {
    // By the clock, not by the answers: who sends does not wait for others.
    const dueMs = startedMs + (index * 1000) / postsPerSecond;
    if (dueMs > performance.now()) await sleep(dueMs - performance.now());
    posts.push(post(`r-${index}`));
  }
  const answered = await Promise.all(posts);
  const lastMs = performance.now();
  let stored = await readStored();
  while (stored.spooled && performance.now() - lastMs < settledWithinS * 1000) {
    await sleep(250);
    stored = await readStored();
  }
  const settledS = (performance.now() - lastMs) / 1000;

  const kept = new Set(stored.ids);
  const lost = answered.filter(({ id, status }) => status === 201 && !kept.has(id)).length;
  const twice = stored.ids.length - kept.size;
  const refused = answered.filter(({ status }) => status >= 500).length;
  const other = answered.filter(({ status }) => status !== 201 && status < 500).length;
  const took = answered.map(({ tookMs }) => tookMs).toSorted((one, another) => one - another);
  const percentile = (part: number) => took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? 0;
  const [p50, p99, most] = [percentile(0.5), percentile(0.99), percentile(1)].map((ms) => ms.toFixed(0));
  const spooled = answered.filter(({ isSpooled }) => isSpooled).length;
  console.log(`${answered.length} single posts, ${postsPerSecond} a second for ${seconds} s, on a D1 of 50 commits a second`);
  console.log(
    `${answered.length - spooled} committed at once, ${spooled} spooled; all in D1 ${settledS.toFixed(1)} s after the last answer`,
  );
  console.log(`answers: p50 ${p50} ms, p99 ${p99} ms, most ${most} ms`);
  const tell = (name: string, value: number, unit: string, bound: { atMost?: number } = {}) =>
    noteFigure({ bench: "overflow", name, value, unit, ...bound });
  tell(`posts at ${postsPerSecond} a second on a D1 of 50 commits a second`, answered.length, "posts");
  tell("of these spooled", spooled, "posts");
  tell("answers' p50", percentile(0.5), "ms");
  tell("answers' p99", percentile(0.99), "ms");
  const verdicts = [
    tell("not in D1 in the end", lost, "posts", { atMost: 0 }),
    tell("stored twice", twice, "posts", { atMost: 0 }),
    tell("answered 5xx", refused, "posts", { atMost: 0 }),
    tell("answered otherwise than 201", other, "posts", { atMost: 0 }),
    // What is in the spool by then is more than that.
    tell("all in D1 after the last answer", settledS, "s", { atMost: settledWithinS }),
  ];
  const isGood = verdicts.every(Boolean);
  console.log(`${isGood ? "PASS" : "FAIL"}  ${lost} lost, ${twice} stored twice, ${refused} answered 5xx, ${other} otherwise`);
  process.exitCode = isGood ? 0 : 1;
}

async function post(id: string): Promise<Post> {
  const sentMs = performance.now();
  const response = await collector.fetch("/v1/recordings", {
    method: "POST",
    headers: { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      project_id: "overflow",
      id,
      all_messages: [
        { role: "user", content: `Why is the sky blue? ${id}` },
        { role: "assistant", content: "Rayleigh scattering. ".repeat(40) },
      ],
      call_info: { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 12, completion_tokens: 160 } },
      session_info: { session_id: `session-${id.length}` },
    }),
  });
  const text = await response.text();
  if (response.status !== 201) console.log(`${id}: ${response.status} ${text.slice(0, 200)}`);
  return { id, status: response.status, isSpooled: text.includes('"seq":null'), tookMs: performance.now() - sentMs };
}

async function readStored(): Promise<{ ids: string[]; spooled: boolean }> {
  return (await (await collector.fetch("/bench/stored")).json()) as { ids: string[]; spooled: boolean };
}
