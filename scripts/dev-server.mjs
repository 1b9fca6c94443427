import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnWrangler } from "./wrangler.mjs";

const IS_WINDOWS = process.platform === "win32";
const HELD_OUTPUT_CHARS = 65_536;

/**
 * A running `wrangler dev`: its output is held back until `showOutput()`.
 *
 * @typedef {object} DevServer
 * @property {Promise<number>} died its exit code when it ends without `stop()`; 1 where a signal ended it
 * @property {() => void} showOutput lets its output through from now on
 * @property {() => string} heldOutput what it printed until then (the end of it)
 * @property {() => Promise<void>} stop ends it and everything below it
 */

/**
 * Starts `wrangler dev` on 127.0.0.1.
 *
 * @param {{ port: number, persistTo: string, more: string[] }} options `persistTo` absolute; further arguments
 * @returns {DevServer}
 */
export function startDevServer({ port, persistTo, more }) {
  const args = ["dev", "--port", String(port), "--ip", "127.0.0.1", "--persist-to", persistTo, ...more];
  // Port 0: any free one, so that two collectors do not fight for the inspector's usual port.
  args.push("--inspector-port", "0", "--show-interactive-dev-session=false");
  // Exports may go to receivers and stores on this machine, to try them out; a deployed collector refuses such addresses.
  args.push("--var", "ALLOW_LOCAL_DESTINATIONS:true");
  // A registry of its own: the shared one, in the home folder, knows only one Worker of a name at a time.
  const env = { WRANGLER_REGISTRY_PATH: join(persistTo, "dev-registry") };
  // On POSIX it leads its own process group: Ctrl-C then reaches only this script, which stops it in
  // order, and the whole tree can be ended at once. (On Windows `detached` would open a console.)
  const child = spawnWrangler(args, env, { detached: !IS_WINDOWS });
  child.stdin.end();

  const takeDown = () => (IS_WINDOWS ? child.kill() : signalGroup(child, "SIGTERM"));
  process.once("exit", takeDown);
  let stopping = false;
  /** @type {Promise<number>} */
  const died = new Promise((resolve) => {
    child.once("close", (code) => stopping || resolve(code ?? 1));
  });

  let held = "";
  const hold = (/** @type {Buffer} */ chunk) => {
    held = (held + chunk).slice(-HELD_OUTPUT_CHARS);
  };
  child.stdout.on("data", hold);
  child.stderr.on("data", hold);

  return {
    died,
    heldOutput: () => held,
    showOutput: () => {
      child.stdout.off("data", hold).pipe(process.stdout);
      child.stderr.off("data", hold).pipe(process.stderr);
    },
    stop: async () => {
      stopping = true;
      await stopTree(child);
      process.off("exit", takeDown);
    },
  };
}

/** Asks first, forces what is left after 5 s, and gives up on what is not even gone then (a zombie). */
async function stopTree(child) {
  if (IS_WINDOWS) {
    if (child.exitCode !== null) return;
    // Windows has no polite signal, and ending the parent alone leaves workerd behind.
    await once(spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { stdio: "ignore" }), "close");
    return;
  }
  child.kill("SIGTERM");
  const startedAtMs = Date.now();
  while (signalGroup(child, 0)) {
    const waitedMs = Date.now() - startedAtMs;
    if (waitedMs > 7000) return;
    if (waitedMs > 5000) signalGroup(child, "SIGKILL");
    await sleep(50);
  }
}

/** Whether there was still a process in the group to take the signal; signal 0 only asks. */
function signalGroup(child, signal) {
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
