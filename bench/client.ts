import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { launchBrowser } from "../test/browser/chromium";
import { noteFigure } from "./figures";

// npm run bench:client: how long `record()` holds a page up, in a real Chromium, beside JSON.stringify of the same payload, which it cannot do without.
const CALLS = 900;
const ROUNDS = 5;
/** Less than a millisecond, on a clock of 5 µs. */
const BOUND_MS = 0.995;

/** What a page measures: milliseconds of each call, those of JSON.stringify and those of record() in turn. */
interface Times {
  stringify: number[];
  record: number[];
}

const page = `<!doctype html><script type="module">
import { createRecorder } from "/client.js";
const recorder = createRecorder({ url: location.origin, key: "ac_browser_bench" });
const payload = () => ({ allMessages: [{ role: "user", content: "Why is the sky blue? ".repeat(190) }], callInfo: { provider: "openai", model: "gpt-4o-mini" } });
const timed = (work) => { const start = performance.now(); work(); return performance.now() - start; };
window.measure = async () => {
  const times = { stringify: [], record: [] };
  for (let round = 0; round < ${ROUNDS}; round += 1) {
    for (let call = 0; call < ${CALLS}; call += 1) {
      const [one, other] = [payload(), payload()];
      times.stringify.push(timed(() => JSON.stringify(one)));
      times.record.push(timed(() => recorder.record(other)));
    }
    await recorder.clear();
  }
  return times;
};
window.isReady = true;
</script>`;
// An isolated page has a clock of 5 µs; others have one of 100.
const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const bodies: Record<string, [type: string, body: string]> = {
  "/": ["text/html", page],
  "/client.js": ["text/javascript", readFileSync("dist/served/client.txt", "utf8")],
};

let status = 204;
const server = createServer((request, response) => {
  const [type, body] = bodies[request.url ?? ""] ?? ["text/plain", ""];
  request
    .resume()
    .on("end", () => response.writeHead(request.method === "POST" ? status : 200, { "Content-Type": type, ...isolated }).end(body));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const browser = await launchBrowser();
let isReached = true;
for (const [name, answer] of [
  ["the collector takes it", 204],
  ["the collector is away", 503],
] as const) {
  status = answer;
  const tab = await browser.open(`http://localhost:${(server.address() as AddressInfo).port}/`);
  const { stringify, record } = (await tab.evaluate("measure()")) as Times;
  const [median, p95, alone] = [quantile(record, 0.5), quantile(record, 0.95), quantile(stringify, 0.5)];
  const noted = { bench: "client", unit: "ms" };
  noteFigure({ ...noted, name: `record() of 4 KB, ${name}: median`, value: median, reference: { name: "JSON.stringify", value: alone } });
  const isWithin = noteFigure({ ...noted, name: `record() of 4 KB, ${name}: p95`, value: p95, atMost: BOUND_MS });
  isReached &&= isWithin;
  const ratio = `${(median / alone).toFixed(1)} times JSON.stringify's ${alone.toFixed(3)}`;
  process.stdout.write(
    `record() of 4 KB, ${name}: median ${median.toFixed(3)} ms (${ratio}), p95 ${p95.toFixed(3)} ms (bound ${BOUND_MS})\n`,
  );
  await tab.close();
}
await browser.close();
server.close();
server.closeAllConnections();
process.exitCode = isReached ? 0 : 1;

function quantile(values: number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}
