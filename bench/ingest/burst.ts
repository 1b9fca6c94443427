import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Contender } from "./contenders";
import type { Post } from "./posts";

/** What one contender did in one burst of requests. */
export interface Burst {
  requests: number;
  recordings: number;
  requestsPerS: number;
  /** CPU of its workerd for each request, what follows the reply within `trailMs` included. */
  cpuMs: number;
  p50Ms: number;
  p99Ms: number;
  tookMs: number[];
}

/** Requests in flight. D1 is serial, and the collector passes it over when eight are: what is measured is no overflow. */
const connections = 4;
/** Milliseconds after the last answer for which CPU is still counted. */
const trailMs = 40;

const agent = new Agent({ keepAlive: true, maxSockets: connections });

/** Posts for so many milliseconds, each connection its next post when the last is answered. @throws Error at the first answer that is not as it must be. */
export async function runBurst(contender: Contender, next: () => Post, forMs: number): Promise<Burst> {
  const tookMs: number[] = [];
  let recordings = 0;
  const cpuBefore = contender.cpuMs();
  const startedMs = performance.now();
  const connection = async () => {
    while (performance.now() - startedMs < forMs) {
      const post = next();
      const sentMs = performance.now();
      const { status, text } = await send(contender.port, post);
      tookMs.push(performance.now() - sentMs);
      recordings += post.count;
      checkAnswer(contender, post, status, text);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - startedMs) / 1000;
  await sleep(trailMs);
  const requests = tookMs.length;
  const sorted = tookMs.toSorted((one, other) => one - other);
  return {
    requests,
    recordings,
    requestsPerS: requests / seconds,
    cpuMs: (contender.cpuMs() - cpuBefore) / requests,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    tookMs,
  };
}

/** By nearest rank, of numbers in order. */
export function percentile(sorted: number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** Good, and from the collector: in D1, not in the spool. */
function checkAnswer({ name }: Contender, { path, count }: Post, status: number, text: string): void {
  const isGood =
    path.startsWith("/v1/r?") && name === "collector" ? status === 204 : status === (count > 1 && name === "collector" ? 200 : 201);
  const isSpooled = text.includes('"seq":null');
  const isWhole = name !== "collector" || count === 1 || text.includes(`"stored":${count},`);
  if (!isGood || isSpooled || !isWhole) throw new Error(`${name} answered ${status} to ${path}: ${text.slice(0, 300)}`);
}

async function send(port: number, { path, headers, body }: Post): Promise<{ status: number; text: string }> {
  return await new Promise((resolve, reject) => {
    const options = { agent, host: "127.0.0.1", port, path, method: "POST", headers: { ...headers, "Content-Length": body.length } };
    const sent = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
