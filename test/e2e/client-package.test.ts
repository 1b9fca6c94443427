import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, installClient, root } from "./installed-client";

const tsc = "typescript/bin/tsc";
let app: App;
beforeAll(async () => {
  app = await installClient("client-app", ["@types/node", "@cloudflare/workers-types"]);
});
afterAll(async () => await app.remove());

test.each(["bundler", "node16", "nodenext"])(
  "the package type-checks in a strict page, where a wrong field is an error, found by %s",
  async (how) => {
    const ways = how === "bundler" ? [] : ["--module", how, "--moduleResolution", how];
    expect(await app.tool(tsc, ...ways)).toBe("");
  },
);

test.each(["worker", "node", "bare"])("its types ask for none but those of the platform: %s", async (platform) => {
  expect(await app.tool(tsc, "-p", platform)).toBe("");
});

test("Vite builds a page with it, and what it builds holds the client and nothing else of ours", async () => {
  await app.tool("vite/bin/vite.js", "build");
  const [name = "", ...others] = await readdir(join(app.folder, "dist/assets"));
  expect(others).toEqual([]);
  const built = await readFile(join(app.folder, "dist/assets", name), "utf8");
  expect(built).toContain("aircheck-unsent-");
  expect(built).not.toMatch(/zod|hono|tiktoken/i);
  expect(built.length).toBeLessThan(20_000);
});

test("it has the collector's version, its licence, no dependency, and no file that is not for its users", async () => {
  const installed = join(app.folder, "node_modules/aircheck");
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(manifest).toMatchObject({ name: "aircheck", version, license: "MIT" });
  for (const name of ["dependencies", "peerDependencies", "scripts", "private"]) expect(manifest).not.toHaveProperty(name);
  expect((await readdir(installed)).toSorted()).toEqual([
    "LICENSE",
    "README.md",
    "client.d.ts",
    "client.js",
    "package.json",
    "record-call.d.ts",
    "record-call.js",
    "record-payload.d.ts",
    "recorder.d.ts",
  ]);
});
