import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** A Worker that answers what the scripts ask, so that these tests hold whatever state the real one is in. */
const standIn = `
const isAdmin = (request, env) => request.headers.get("authorization") === "Bearer " + env.ADMIN_KEY;
const listKeys = async (env) => (await env.ARCHIVE.get("keys").then((object) => object?.json())) ?? [];
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/healthz") return Response.json({ status: "ok" });
    if (!isAdmin(request, env)) return Response.json({ message: "who are you?" }, { status: 401 });
    const keys = await listKeys(env);
    if (pathname === "/v1/keys" && request.method === "GET") return Response.json({ keys });
    const body = request.method === "POST" ? await request.json() : {};
    if (pathname !== "/v1/keys") return Response.json({ ...body, method: request.method });
    const id = "k" + keys.length;
    await env.ARCHIVE.put("keys", JSON.stringify([...keys, { ...body, id, revoked_at: null }]));
    return Response.json({ id, key: "ac_browser_" + id + "_secret" }, { status: 201 });
  },
  scheduled() {},
  queue() {},
};
`;

/** A project to run the scripts in: this one's scripts, configuration and migrations around a stand-in Worker. */
export type ProjectCopy = { path: string; remove: () => Promise<void> };

/** Makes one in the system's temporary folder. */
export async function copyProject(): Promise<ProjectCopy> {
  const path = await mkdtemp(join(tmpdir(), "aircheck-project-"));
  for (const name of ["scripts", "migrations", "wrangler.toml", "package.json"]) {
    await cp(join(root, name), join(path, name), { recursive: true });
  }
  await mkdir(join(path, "src"));
  // wrangler.toml has it built before the Worker.
  for (const part of ["src/client", "src/dashboard/assets"]) await cp(join(root, part), join(path, part), { recursive: true });
  await writeFile(join(path, "src/index.ts"), standIn);
  // A junction is the one link to a folder that Windows gives to everybody; elsewhere the word is ignored.
  await symlink(join(root, "node_modules"), join(path, "node_modules"), "junction");
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts a script in it, with no credentials or settings but those given. */
export function startScript(project: ProjectCopy, args: string[], env: Record<string, string>): ChildProcess {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(CLOUDFLARE_|CF_|D1_|WRANGLER_|npm_)|^(ADMIN_KEY|PORT|PERSIST_TO)$/.test(name),
  );
  const home = { HOME: project.path, USERPROFILE: project.path, XDG_CONFIG_HOME: join(project.path, ".config") };
  return spawn(process.execPath, args, { cwd: project.path, env: { ...Object.fromEntries(own), ...home, ...env } });
}

/** Runs a script in it to its end. */
export async function runScript(
  project: ProjectCopy,
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; output: string }> {
  const child = startScript(project, args, env);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}
