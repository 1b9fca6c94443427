import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeCloudflare, furnish, startFakeCloudflare } from "./fake-cloudflare";
import { copyProject, type ProjectCopy, runScript } from "./project-copy";

// A deployment is a dozen runs of wrangler, each of some seconds, or of many on a busy machine.
const slow = { timeout: 400_000 };
let project: ProjectCopy;

beforeAll(async () => {
  project = await copyProject();
});
afterAll(() => project.remove());

function deploy(fake: FakeCloudflare, env: Record<string, string> = {}) {
  fake.requests.length = 0;
  const account = { CLOUDFLARE_API_BASE_URL: fake.url, CLOUDFLARE_API_TOKEN: "token", CLOUDFLARE_ACCOUNT_ID: fake.account };
  return runScript(project, ["scripts/deploy.mjs"], { ...account, ...env });
}

function productionConfig(): Promise<string> {
  return readFile(join(project.path, "wrangler.production.toml"), "utf8");
}

test("the first deployment makes everything, the second only deploys", slow, async () => {
  const fake = await startFakeCloudflare();
  const first = await deploy(fake, { D1_LOCATION: "weur" });
  expect(first).toMatchObject({ code: 0 });
  expect(fake.unknown).toEqual([]);

  const [database] = fake.databases;
  expect(fake.databases).toMatchObject([{ name: "aircheck", location: "weur", jurisdiction: null }]);
  expect(fake.queues).toMatchObject([
    { queue_name: "aircheck", consumers: [{ script_name: "aircheck", dead_letter_queue: "aircheck-dead" }] },
    { queue_name: "aircheck-dead", consumers: [{ script_name: "aircheck" }] },
  ]);
  expect(fake.buckets).toEqual([{ name: "aircheck-archive", jurisdiction: null }]);
  expect(fake.schedules).toEqual([{ cron: "* * * * *" }]);
  expect(fake.uploads).toHaveLength(1);
  expect(fake.uploads[0]?.bindings).toContainEqual(expect.objectContaining({ name: "DB", id: database?.uuid }));
  expect(await productionConfig()).toContain(`database_id = "${database?.uuid}"`);

  const migrations = (await readdir(join(project.path, "migrations"))).toSorted();
  const applied = () => database?.sqlite.prepare("SELECT name FROM d1_migrations ORDER BY id").all();
  expect(applied()).toEqual(migrations.map((name) => ({ name })));

  const key = fake.secrets.get("ADMIN_KEY");
  expect(key).toMatch(/^ac_admin_root_[\w-]{43}$/);
  expect(first.output).toContain(`shown only now and kept nowhere else:\n\n  ${key}\n`);
  expect(first.output).toContain("Aircheck is deployed: https://aircheck.example.workers.dev\n");

  const second = await deploy(fake);
  expect(second).toMatchObject({ code: 0 });
  const creations = fake.requests.filter((each) => /^POST \/(d1\/database|queues|r2\/buckets)$|^PUT .*\/secrets$/.test(each));
  expect(creations).toEqual([]);
  expect(fake.uploads).toHaveLength(2);
  expect(applied()).toEqual(migrations.map((name) => ({ name })));
  expect(fake.secrets.get("ADMIN_KEY")).toBe(key);
  expect(second.output).not.toContain("ac_admin_root_");
  expect(second.output).toContain("It keeps the ADMIN_KEY it has");
  expect(fake.unknown).toEqual([]);
  fake.close();
});

test("in a jurisdiction everything is made there, and a repeat without the variable stays there", slow, async () => {
  const fake = await startFakeCloudflare();
  const own = "my-own-admin-key-that-is-long-enough";
  const first = await deploy(fake, { D1_JURISDICTION: "eu", D1_LOCATION: "weur", ADMIN_KEY: own });
  expect(first).toMatchObject({ code: 0 });
  expect(fake.databases).toMatchObject([{ jurisdiction: "eu", location: null }]);
  expect(fake.queues).toMatchObject([{ jurisdiction: "eu" }, { jurisdiction: "eu" }]);
  expect(fake.uploads[0]?.bindings).toContainEqual(expect.objectContaining({ bucket_name: "aircheck-archive", jurisdiction: "eu" }));
  expect(fake.secrets.get("ADMIN_KEY")).toBe(own);
  expect(first.output).not.toContain(own);

  // The list hides the bucket: that it cannot be made again is no failure.
  fake.listsBuckets = false;
  const second = await deploy(fake);
  expect(second).toMatchObject({ code: 0 });
  expect(second.output).toContain("exists already");
  expect(fake.buckets).toEqual([{ name: "aircheck-archive", jurisdiction: "eu" }]);
  expect(await productionConfig()).toContain('jurisdiction = "eu"');
  fake.close();
});

test("a migration that fails stops the deployment with wrangler's words", slow, async () => {
  const fake = await startFakeCloudflare();
  furnish(fake);
  const broken = join(project.path, "migrations/9999_broken.sql");
  await writeFile(broken, "CREATE TABEL nothing (id TEXT);");
  const { code, output } = await deploy(fake);
  await rm(broken);
  expect(code).toBe(1);
  expect(output).toContain('near "TABEL": syntax error');
  expect(output.trimEnd().split("\n").at(-1)).toBe("wrangler d1 migrations apply failed (its output is above).");
  expect(fake.uploads).toEqual([]);
  fake.close();
});

test("without a login there is one clear line", slow, async () => {
  const { code, output } = await runScript(project, ["scripts/deploy.mjs"], {});
  expect(output).toBe("Not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.\n");
  expect(code).toBe(1);
});

test("a dry run builds, tells what would be made, and needs no account", slow, async () => {
  const { code, output } = await runScript(project, ["scripts/deploy.mjs", "--dry-run"], { D1_JURISDICTION: "eu" });
  expect(code).toBe(0);
  expect(output).toContain("Total Upload");
  expect(output).toContain("wrangler d1 create aircheck --jurisdiction eu ");
  expect(output).toContain("wrangler queues create aircheck --jurisdiction eu ");
  expect(output).toContain("wrangler r2 bucket create aircheck-archive --jurisdiction eu ");
});
