import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readAdminKey } from "../../../scripts/dev-vars.mjs";

const made = /^ac_admin_root_[\w-]{43}$/;

async function folderWith(devVars: string | null) {
  const root = await mkdtemp(join(tmpdir(), "aircheck-dev-vars-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const path = join(root, ".dev.vars");
  if (devVars !== null) await writeFile(path, devVars);
  return { root, text: () => readFile(path, "utf8"), path };
}

test("a missing .dev.vars is made, for its owner alone, and read again on the next start", async () => {
  const { root, text, path } = await folderWith(null);
  const key = await readAdminKey(root);
  expect(key).toMatch(made);
  expect(await text()).toBe(`ADMIN_KEY="${key}"\n`);
  if (process.platform !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readAdminKey(root)).toBe(key);
});

test("two starts at once agree on one key", async () => {
  const { root } = await folderWith(null);
  const keys = await Promise.all([readAdminKey(root), readAdminKey(root), readAdminKey(root)]);
  expect(new Set(keys).size).toBe(1);
});

test.each(["OTHER=1", "OTHER=1\n", "# ADMIN_KEY=old\n", ""])("a file without the line keeps what it holds: %j", async (before) => {
  const { root, text } = await folderWith(before);
  const key = await readAdminKey(root);
  expect(key).toMatch(made);
  expect(await text()).toBe(`${before}${before === "" || before.endsWith("\n") ? "" : "\n"}ADMIN_KEY="${key}"\n`);
});

test.each(['ADMIN_KEY="mine"\n', "ADMIN_KEY=mine", "A=1\nADMIN_KEY='mine' # comment\n"])(
  "a key that is there is never changed: %j",
  async (before) => {
    const { root, text } = await folderWith(before);
    expect(await readAdminKey(root)).toBe("mine");
    expect(await text()).toBe(before);
  },
);

test("an empty key is not guessed about", async () => {
  const { root, text } = await folderWith("ADMIN_KEY=\n");
  await expect(readAdminKey(root)).rejects.toThrow("ADMIN_KEY in .dev.vars is empty");
  expect(await text()).toBe("ADMIN_KEY=\n");
});
