import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyProject, type ProjectCopy, runScript, startScript } from "./project-copy";

const slow = { timeout: 180_000 };
const onPosix = test.skipIf(process.platform === "win32");

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

/** The script once it has printed all of its text. */
async function startCollector(project: ProjectCopy, env: Record<string, string>): Promise<{ child: ChildProcess; output: string }> {
  const child = startScript(project, ["scripts/start.mjs"], env);
  let output = "";
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Ctrl-C stops it")) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("close", (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
  await ready;
  return { child, output };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}

onPosix(
  "a start gives an address, keys and a command that works, a signal ends it, and a second start has the same keys",
  slow,
  async () => {
    const project = await copyProject();
    const env = { PORT: await freePort(), PERSIST_TO: "kept here" };
    const first = await startCollector(project, env);
    expect(first.output).toContain(`Aircheck is up on http://localhost:${env.PORT}\n`);
    expect(first.output).not.toContain("Starting local server");

    const [, adminKey = ""] = /Admin key +(\S+)/.exec(first.output) ?? [];
    expect(await readFile(join(project.path, ".dev.vars"), "utf8")).toBe(`ADMIN_KEY="${adminKey}"\n`);
    const [, body = ""] = /^ {2}-d '(.*)'$/m.exec(first.output) ?? [];
    const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
    const response = await fetch(`http://localhost:${env.PORT}/v1/recordings`, { method: "POST", headers, body });
    expect(await response.json()).toMatchObject({ method: "POST", project_id: "demo" });

    const second = await runScript(project, ["scripts/start.mjs"], env);
    expect(second).toEqual({ code: 1, output: expect.stringMatching(/^Port \d+ is already in use: .*\n$/) as string });

    expect(await stop(first.child, "SIGINT")).toBe(0);
    await expect(fetch(`http://127.0.0.1:${env.PORT}/healthz`)).rejects.toThrow("fetch failed");

    const again = await startCollector(project, env);
    const browserKey = /Browser key +(\S+)/;
    expect(browserKey.exec(again.output)?.[1]).toBe(browserKey.exec(first.output)?.[1]);
    expect(again.output).toContain(adminKey);
    expect(await stop(again.child, "SIGTERM")).toBe(0);
    await project.remove();
  },
);
