import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureBrowserKey } from "./browser-key.mjs";
import { startCron } from "./cron-clock.mjs";
import { startDevServer } from "./dev-server.mjs";
import { readAdminKey } from "./dev-vars.mjs";
import { readPort, requireFreePort } from "./port.mjs";
import { stopReason } from "./stop-reason.mjs";
import { onStopRequest } from "./stop-request.mjs";
import { welcomeText } from "./welcome-text.mjs";
import { projectRoot, runWrangler } from "./wrangler.mjs";

const READY_WITHIN_MS = 120_000;

/**
 * Runs a collector on this machine until a signal or its own end, then ends the process.
 *
 * @param {Record<string, string | undefined>} env PORT and PERSIST_TO
 * @param {string[]} more further arguments for wrangler
 */
export async function runCollector(env, more = []) {
  const port = readPort(env.PORT);
  const persistTo = env.PERSIST_TO || ".wrangler/state";
  const persistPath = resolve(projectRoot, persistTo);
  await requireFreePort(port);

  /** @type {import("./dev-server.mjs").DevServer | undefined} */
  let server;
  onStopRequest(async () => {
    await server?.stop();
    process.exit(0);
  });
  const adminKey = await readAdminKey(projectRoot);
  await migrate(persistPath, more);
  server = startDevServer({ port, persistTo: persistPath, more });
  // fetch goes to the address it listens on; people are shown localhost, for which the browser key is.
  const listening = `http://127.0.0.1:${port}`;
  const browserKey = await whileRunning(server, async () => {
    await untilHealthy(server, listening);
    return ensureBrowserKey({ address: listening, adminKey, persistTo: persistPath });
  });

  const address = `http://localhost:${port}`;
  process.stdout.write(welcomeText({ address, adminKey, browserKey, persistTo, nowMs: Date.now() }));
  server.showOutput();
  startCron(listening);
  const code = await server.died;
  await server.stop();
  process.stderr.write(`wrangler dev ended by itself with code ${code}.\n`);
  process.exit(code || 1); // Nobody asked it to: that is no success even where it says 0.
}

async function migrate(persistPath, more) {
  const args = ["d1", "migrations", "apply", "DB", "--local", "--persist-to", persistPath, ...more];
  const { code, output } = await runWrangler(args);
  if (code !== 0) throw stopReason(`${output}\nThe local database could not be migrated (wrangler's output is above).`);
}

/** What `work` gives; if it fails, or wrangler ends before it is done, the start ends with wrangler's output. */
async function whileRunning(server, work) {
  const died = server.died.then((code) => {
    throw stopReason(`wrangler dev ended with code ${code} before the collector was ready.`);
  });
  try {
    return await Promise.race([work(), died]);
  } catch (error) {
    await server.stop();
    process.stderr.write(`${server.heldOutput()}\n`);
    throw error;
  }
}

async function untilHealthy(server, address) {
  const deadlineMs = Date.now() + READY_WITHIN_MS;
  let last = "no answer";
  while (Date.now() < deadlineMs) {
    try {
      const response = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(5000) });
      await response.body?.cancel();
      if (response.status === 200) return;
      last = `status ${response.status}`;
    } catch (error) {
      last = error.cause?.message ?? error.message;
    }
    // wrangler waits for the source to be repaired; whoever typed `npm start` should not have to.
    if (server.heldOutput().includes("Build failed")) throw stopReason("The Worker does not build (wrangler's output is above).");
    await sleep(200);
  }
  throw stopReason(`The collector was not ready within ${READY_WITHIN_MS / 1000} s: GET /healthz gave ${last}.`);
}
