import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as plan from "../../../scripts/deploy-plan.mjs";

const ours = readFileSync(join(import.meta.dirname, "../../../wrangler.toml"), "utf8");
const uuid = "11111111-2222-4333-8444-555555555555";

test("our own wrangler.toml is understood", () => {
  const resources = { worker: "aircheck", database: "aircheck", bucket: "aircheck-archive", queues: ["aircheck", "aircheck-dead"] };
  expect(plan.readResources(ours)).toEqual(resources);
  expect(plan.readResources(ours.replaceAll("\n", "\r\n"))).toEqual(resources);
});

test("every queue is found once, dead-letter queues too, and what is commented out is not", () => {
  const more = `${ours}
[[queues.consumers]]
  queue = "second"
  dead_letter_queue = "lost" # "not-this"
# queue = "third"
`;
  expect(plan.readResources(more).queues).toEqual(["aircheck", "aircheck-dead", "second", "lost"]);
});

test("a configuration that a deployment would get wrong is refused", () => {
  expect(() => plan.readResources(ours.replace(/^bucket_name.*$/m, ""))).toThrow("exactly one r2_buckets.bucket_name, not 0");
  expect(() => plan.readResources(`${ours}\n[[d1_databases]]\ndatabase_name = "b"`)).toThrow(
    "exactly one d1_databases.database_name, not 2",
  );
  expect(() => plan.renderProductionConfig(ours.replace("database_id", "id"), { databaseId: uuid, jurisdiction: null })).toThrow("not 0");
});

test("the production configuration differs in the database's id alone", () => {
  const made = plan.renderProductionConfig(ours, { databaseId: uuid, jurisdiction: null }).split("\n").slice(1);
  const changed = made.filter((line, index) => line !== ours.split("\n")[index]);
  expect(made).toHaveLength(ours.split("\n").length);
  expect(changed).toEqual([`database_id = "${uuid}"`]);
});

test("in a jurisdiction the bucket's binding says so", () => {
  const made = plan.renderProductionConfig(ours, { databaseId: uuid, jurisdiction: "eu" });
  expect(made).toContain('bucket_name = "aircheck-archive"\njurisdiction = "eu"\n');
  expect(made.match(/jurisdiction = /g)).toHaveLength(1);
});

test("a database is found by its whole name, among warnings too", () => {
  const list = JSON.stringify([
    { uuid: "a", name: "aircheck-old", jurisdiction: null },
    { uuid: "b", name: "aircheck", jurisdiction: "eu" },
  ]);
  expect(plan.findDatabase(`Warning: something\n${list}\n`, "aircheck")).toEqual({ id: "b", jurisdiction: "eu" });
  expect(plan.findDatabase("[]", "aircheck")).toBeNull();
});

test("a secret and a bucket are found by their whole names", () => {
  const secrets = JSON.stringify([{ name: "ADMIN_KEY", type: "secret_text" }]);
  expect(plan.hasSecret(secrets, "ADMIN_KEY")).toBe(true);
  expect(plan.hasSecret(secrets, "ADMIN")).toBe(false);
  const buckets = "Listing buckets...\nname:           aircheck-archive-2\ncreation_date:  2026-01-01\n\nname:           other\n";
  expect(plan.hasBucket(buckets, "aircheck-archive-2")).toBe(true);
  expect(plan.hasBucket(buckets, "aircheck-archive")).toBe(false);
});

test.each([
  [undefined, null, null, null],
  ["eu", null, "eu", null],
  ["eu", { jurisdiction: "eu" }, "eu", null],
  [undefined, { jurisdiction: "eu" }, "eu", null],
  ["", { jurisdiction: "eu" }, "eu", null],
  [undefined, { jurisdiction: null }, null, null],
  ["eu", { jurisdiction: undefined }, "eu", null],
  ["eu", { jurisdiction: null }, null, "in no jurisdiction"],
  ["us", { jurisdiction: "eu" }, null, "in jurisdiction eu"],
])("D1_JURISDICTION=%j beside the database %j means %j", (asked, database, jurisdiction, conflict) => {
  const chosen = plan.chooseJurisdiction(asked, database);
  expect(chosen.jurisdiction).toBe(jurisdiction);
  if (conflict === null) expect(chosen.conflict).toBeNull();
  else expect(chosen.conflict).toContain(conflict);
});

test("resources are made near a place or within one, never both", () => {
  const resources = { worker: "w", database: "d", bucket: "b", queues: ["q1", "q2"] };
  const anywhere = plan.creationCommands(resources, { location: undefined, jurisdiction: null });
  expect(anywhere.database).toEqual(["d1", "create", "d"]);
  expect([...anywhere.queues.values()]).toEqual([
    ["queues", "create", "q1"],
    ["queues", "create", "q2"],
  ]);
  const near = plan.creationCommands(resources, { location: "weur", jurisdiction: null });
  expect(near.database).toEqual(["d1", "create", "d", "--location", "weur"]);
  expect(near.bucket).toEqual(["r2", "bucket", "create", "b"]);
  const within = plan.creationCommands(resources, { location: "weur", jurisdiction: "eu" });
  expect(within.database).toEqual(["d1", "create", "d", "--jurisdiction", "eu"]);
  expect(within.bucket).toEqual(["r2", "bucket", "create", "b", "--jurisdiction", "eu"]);
});

test("the address is the custom domain, else the one on workers.dev", () => {
  const report = (...targets: string[]) =>
    `${JSON.stringify({ type: "wrangler-session" })}\n${JSON.stringify({ type: "deploy", targets: ["schedule: * * * * *", ...targets] })}\n`;
  expect(plan.deployedAddress(report("https://aircheck.example.workers.dev"))).toBe("https://aircheck.example.workers.dev");
  expect(plan.deployedAddress(report("https://a.b.workers.dev", "calls.example.com (custom domain)"))).toBe("https://calls.example.com");
  expect(plan.deployedAddress(report("calls.example.com (custom domain - zone name: example.com)"))).toBe("https://calls.example.com");
  expect(plan.deployedAddress(report("example.com/calls/*"))).toBeNull();
  expect(plan.deployedAddress("")).toBeNull();
});
