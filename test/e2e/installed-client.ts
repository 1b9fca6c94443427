import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

export const root = join(import.meta.dirname, "../..");
export const run = promisify(execFile);

/** An app that has the client as a package, in a folder of its own. */
export interface App {
  folder: string;
  /** The project's version of a tool, run in the app. Rejects with all that it printed where it fails. */
  tool: (path: string, ...args: string[]) => Promise<string>;
  remove: () => Promise<void>;
}

/** Packs the client and installs it into a copy of a fixture as a user does, but without a network; and types of platforms, that are the project's. */
export async function installClient(fixture: string, types: string[] = []): Promise<App> {
  const folder = await mkdtemp(join(tmpdir(), "aircheck-app-"));
  await cp(join(root, "test/fixtures", fixture), folder, { recursive: true });
  await run(process.execPath, ["scripts/pack-client.mjs", join(folder, "packed")], { cwd: root });
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const tarball = join(folder, `packed/aircheck-${version}.tgz`);
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder });
  for (const name of types) {
    const place = join(folder, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(root, "node_modules", name), place);
  }
  return {
    folder,
    tool: async (path, ...args) => {
      const { stdout } = await run(process.execPath, [join(root, "node_modules", path), ...args], { cwd: folder }).catch(
        ({ stdout: out, stderr }: { stdout: string; stderr: string }) => {
          throw new Error(`${out}${stderr}`);
        },
      );
      return stdout;
    },
    remove: async () => await rm(folder, { recursive: true, force: true }),
  };
}
