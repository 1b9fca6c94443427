import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { furnish, runBlock } from "../../../scripts/readme/workplace.mjs";

let folder: string;
let workplace: Awaited<ReturnType<typeof furnish>>;
let origin: string;
/** Answers with the status that its path names. */
const server = createServer((request, response) => response.writeHead(Number(request.url?.slice(1))).end("said"));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aircheck-blocks-"));
  const project = await mkdtemp(join(folder, "project-"));
  await writeFile(join(project, "here.txt"), "of the project");
  workplace = await furnish(folder, project);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const run = async (text: string, env: Record<string, string | undefined> = { ...process.env }) => await runBlock(workplace, text, env);

test("a block fails by any of its commands, also one in a pipe, and is told with what it printed", async () => {
  expect(await run("true\necho fine")).toBeNull();
  expect(await run("echo before\nfalse\ntrue")).toMatch(/^it ended with code 1\nbefore/);
  expect(await run("false | cat")).toContain("code 1");
  expect(await run("WORD=$(false | cat)\ntrue")).toContain("code 1");
});

test("a curl that is answered with anything but 2xx fails its block, whatever reads its answer", async () => {
  expect(await run(`curl -s ${origin}/204 ${origin}/201`)).toBeNull();
  expect(await run(`curl -s ${origin}/404`)).toContain("curl got 404");
  expect(await run(`curl -s ${origin}/302 | cat`)).toContain("curl got 302");
  expect(await run("curl -s http://127.0.0.1:1/")).toContain("code 7");
  expect(await run(`test "$(curl -s ${origin}/200)" = said`)).toBeNull();
});

test("a block has the variables that those before it set, and the project's files, and writes none there", async () => {
  const env: Record<string, string | undefined> = { ...process.env };
  expect(await run("export FIRST='two words'\nSECOND=more\ncat here.txt > copy.txt", env)).toBeNull();
  expect(env).toMatchObject({ FIRST: "two words", SECOND: "more", PATH: process.env["PATH"] });
  expect(await run('test "$FIRST $SECOND" = "two words more" && grep project copy.txt', env)).toBeNull();
  expect(await readFile(join(workplace.home, "copy.txt"), "utf8")).toBe("of the project");
});
