import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);
let folder: string;

/** The package as npm makes it, installed into an app as a user does, without a network. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aircheck-vite-"));
  await run(process.execPath, ["scripts/pack-client.mjs"], { cwd: root });
  await cp(join(root, "test/fixtures/vite-app"), folder, { recursive: true });
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(root, `dist/aircheck-${version}.tgz`)], { cwd: folder });
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

test("the package type-checks in a strict app, where a wrong field is an error, by each way of finding modules", async () => {
  const tsc = [join(root, "node_modules/typescript/bin/tsc"), "-p", folder];
  for (const how of ["bundler", "node16", "nodenext"]) {
    const ways = how === "bundler" ? [] : ["--module", how, "--moduleResolution", how];
    expect(await run(process.execPath, [...tsc, ...ways]).catch((error: { stdout: string }) => error.stdout)).toMatchObject({ stdout: "" });
  }
});

test("Vite builds it, and what it builds holds the client and nothing else of ours", async () => {
  await run(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), "build"], { cwd: folder });
  const [name = ""] = await readdir(join(folder, "dist/assets"));
  const built = await readFile(join(folder, "dist/assets", name), "utf8");
  expect(built).toContain("aircheck-unsent-");
  expect(built).not.toMatch(/zod|hono|tiktoken/i);
  expect(built.length).toBeLessThan(20_000);
});

test("it has its version, its licence, and no dependency", async () => {
  const installed = join(folder, "node_modules/aircheck");
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(manifest).toMatchObject({ name: "aircheck", version, license: "MIT" });
  expect(manifest).not.toHaveProperty("dependencies");
  expect((await readdir(installed)).toSorted()).toEqual([
    "LICENSE",
    "README.md",
    "client.d.ts",
    "client.js",
    "item.d.ts",
    "package.json",
    "record-call.d.ts",
    "record-call.js",
    "record-payload.d.ts",
    "recorder.d.ts",
    "telling.d.ts",
  ]);
});

test("in plain Node a script records, and ends by itself, whether it flushes or not, and whether the collector is there or not", async () => {
  await writeFile(
    join(folder, "script.mjs"),
    `import { createServer } from "node:http";
     import { createRecorder } from "aircheck/client";
     let got = 0;
     const server = createServer((request, response) => {
       request.resume().on("end", () => { got += 1; response.writeHead(204).end(); });
     }).listen(0, "127.0.0.1");
     await new Promise((resolve) => server.once("listening", resolve));
     server.unref();
     const isAway = process.argv[3] === "away";
     const url = "http://127.0.0.1:" + (isAway ? 9 : server.address().port);
     const recorder = createRecorder({ url, key: "ac_ingest_x" });
     for (let n = 0; n < 200; n += 1) recorder.record({ allMessages: [{ role: "user", content: "x".repeat(n) }] });
     if (process.argv[2] === "flush") await recorder.flush();
     process.on("exit", () => console.log(JSON.stringify({ got, ...recorder.stats() })));`,
  );
  const script = async (...args: string[]) => {
    const { stdout } = await run(process.env["AIRCHECK_NODE"] ?? process.execPath, [join(folder, "script.mjs"), ...args], {
      timeout: 60_000,
    });
    return JSON.parse(stdout) as Record<string, number>;
  };
  expect(await script("flush")).toEqual({ got: 4, waiting: 0, sent: 200, dropped: 0 });
  expect(await script("end")).toEqual({ got: 4, waiting: 0, sent: 200, dropped: 0 });
  expect(await script("end", "away")).toMatchObject({ waiting: 200, sent: 0 });
});
