import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, makeKey, newProject } from "./collector";
import { openOutpost, type Outpost } from "./outpost";

let outpost: Outpost;
beforeAll(async () => {
  outpost = await openOutpost();
});
afterAll(async () => await outpost.close());

const s3Secret = "s3-secret/of+this-test-0123456789";
const webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const s3 = {
  kind: "s3",
  endpoint: "https://s3.eu-central-1.amazonaws.com",
  region: "eu-central-1",
  bucket: "my-bucket",
  access_key_id: "AKIATEST",
  secret_access_key: s3Secret,
};
const webhook = { kind: "webhook", url: "https://hooks.example.com/in" };
const all = { project_id: null, environment: null, content: "full", paused: false, label: null };

test.for([
  [{ kind: "r2" }, { format: "ndjson", prefix: "exports/" }],
  [s3, { format: "ndjson", prefix: "exports/", endpoint: `${s3.endpoint}/`, bucket: "my-bucket", access_key_id: "AKIATEST" }],
  [webhook, { format: "ndjson", url: webhook.url }],
] as [Answer, Answer][])("a destination of kind %j is made, read, listed, changed and removed", async ([request, settings]) => {
  const made = await outpost.destination(request);
  expect(made).toMatchObject({ ...all, ...settings, kind: request["kind"] });
  const path = `/v1/destinations/${made["id"]}`;
  const { secret: _, ...shown } = made;
  expect((await outpost.ask("GET", path)).json).toEqual(shown);
  const listed = await outpost.ask("GET", "/v1/destinations?limit=1000");
  expect(listed.json["destinations"]).toContainEqual(shown);
  const changed = await outpost.ask("PATCH", path, { body: { label: "mine", environment: "prod", paused: true } });
  expect(changed).toMatchObject({ status: 200, json: { ...settings, label: "mine", environment: "prod", paused: true } });
  expect((await outpost.ask("GET", path)).json).toEqual(changed.json);
  expect((await outpost.ask("DELETE", path)).status).toBe(204);
  expect((await outpost.ask("GET", path)).status).toBe(404);
  expect((await outpost.ask("GET", `${path}/batches`)).status).toBe(404);
});

test("a webhook's secret is shown once, where it is made, and no other secret ever", async () => {
  const own = await outpost.ask("POST", "/v1/destinations", { body: { ...webhook, secret: webhookSecret, paused: true } });
  const made = await outpost.ask("POST", "/v1/destinations", { body: { ...webhook, paused: true } });
  const store = await outpost.ask("POST", "/v1/destinations", { body: { ...s3, paused: true } });
  expect(own.json["secret"]).toBe(webhookSecret);
  expect(made.json["secret"]).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  const secrets = [webhookSecret, made.json["secret"] as string, s3Secret].map((secret) => secret.replace(/^whsec_/, ""));
  const later = [store.text, (await outpost.ask("GET", "/v1/destinations?limit=1000")).text];
  for (const { json } of [own, made, store]) {
    const path = `/v1/destinations/${json["id"]}`;
    later.push((await outpost.ask("GET", path)).text, (await outpost.ask("PATCH", path, { body: { label: "x" } })).text);
    later.push((await outpost.ask("GET", `${path}/batches`)).text);
    later.push((await outpost.ask("POST", `${path}/replay`, { body: { from: "now" } })).text);
    await outpost.ask("DELETE", path);
  }
  const changed = await outpost.destination({ ...webhook, paused: true });
  later.push((await outpost.ask("PATCH", `/v1/destinations/${changed["id"]}`, { body: { secret: webhookSecret } })).text);
  expect(later.flatMap((text) => secrets.filter((secret) => text.includes(secret)))).toEqual([]);
});

test.for([
  [{ kind: "ftp" }, ["kind"]],
  [{}, ["kind"]],
  [{ kind: "r2", url: "https://hooks.example.com", bucket: "my-bucket" }, ["bucket", "url"]],
  [{ kind: "webhook" }, ["url"]],
  [{ ...webhook, format: "parquet" }, ["format"]],
  [{ ...webhook, prefix: "mine/", endpoint: s3.endpoint }, ["endpoint", "prefix"]],
  [{ ...webhook, secret: "whsec_short" }, ["secret"]],
  [{ kind: "s3" }, ["access_key_id", "bucket", "endpoint", "secret_access_key"]],
  [{ ...s3, secret: webhookSecret }, ["secret"]],
  [{ ...s3, bucket: "My_Bucket", region: "eu central" }, ["bucket", "region"]],
  [{ ...s3, secret_access_key: "with space" }, ["secret_access_key"]],
  [{ ...s3, endpoint: "https://s3.example.com/?list-type=2" }, ["endpoint"]],
  [{ kind: "r2", prefix: "../up/" }, ["prefix"]],
  [{ kind: "r2", prefix: "/rooted/" }, ["prefix"]],
  [{ kind: "r2", prefix: "no-slash" }, ["prefix"]],
  [{ kind: "r2", from: "yesterday" }, ["from"]],
  [{ kind: "r2", from: 1_767_323_045_678 }, ["from"]],
  [{ kind: "r2", from: "now", from_seq: 1 }, ["from"]],
  [{ kind: "r2", from_seq: -1 }, ["from_seq"]],
  [{ kind: "r2", environment: "" }, ["environment"]],
  [{ kind: "r2", content: "some" }, ["content"]],
  [{ kind: "r2", format: null }, ["format"]],
  [{ kind: "r2", paused: "yes" }, ["paused"]],
  [{ kind: "r2", filter: {} }, ["filter"]],
] as [Answer, string[]][])("%j is refused, and each wrong field is named", async ([body, paths]) => {
  const { status, text, json } = await outpost.ask("POST", "/v1/destinations", { body });
  expect({ status, paths: [...new Set((json["issues"] as Answer[]).map(({ path }) => path as string))].toSorted() }).toEqual({
    status: 400,
    paths,
  });
  expect(text).not.toMatch(/with space|whsec_short/);
});

test.for([
  "http://hooks.example.com/in",
  "ftp://hooks.example.com/in",
  "https://localhost/in",
  "https://localhost./in",
  "https://127.0.0.1:8080/in",
  "https://2130706433/in",
  "https://0x7f.1/in",
  "https://10.1.2.3/in",
  "https://192.168.0.1/in",
  "https://172.16.0.1/in",
  "https://100.64.0.1/in",
  "https://169.254.169.254/latest/meta-data/",
  "https://168.63.129.16/",
  "https://metadata.google.internal/computeMetadata/v1/",
  "https://[::1]/in",
  "https://[::ffff:127.0.0.1]/in",
  "https://[fd00:ec2::254]/in",
  "https://[fe80::1]/in",
  "https://127.0.0.1.nip.io/in",
  "https://intranet/in",
  "https://tom:hunter2-pass@hooks.example.com/in",
  "https://hooks.example.com/in#hunter2-pass",
  "https:// hunter2-pass@:bad",
  "",
])("the address %s is refused for webhooks and stores, new or changed, and nothing of it is told", async (address) => {
  const [hook, store] = await Promise.all([standing("webhook"), standing("s3")]);
  const refusals = await Promise.all([
    outpost.ask("POST", "/v1/destinations", { body: { ...webhook, url: address } }),
    outpost.ask("POST", "/v1/destinations", { body: { ...s3, endpoint: address } }),
    outpost.ask("PATCH", `/v1/destinations/${hook}`, { body: { url: address } }),
    outpost.ask("PATCH", `/v1/destinations/${store}`, { body: { endpoint: address } }),
  ]);
  const seen = refusals.map(({ status, json }) => [status, json["issues"]?.[0].path]);
  expect(seen).toEqual(["url", "endpoint", "url", "endpoint"].map((path) => [400, path]));
  expect(refusals.map(({ text }) => text).join()).not.toMatch(/hunter2|tom/);
});

test("camelCase is understood, and both spellings of a key at once are refused", async () => {
  const camel = { kind: "s3", endpoint: s3.endpoint, bucket: "my-bucket", accessKeyId: "AKIATEST", secretAccessKey: s3Secret, fromSeq: 0 };
  const made = await outpost.destination({ ...camel, paused: true });
  expect(made).toMatchObject({ access_key_id: "AKIATEST", cursor_seq: 0 });
  for (const values of [
    ["p-1", "p-2"],
    [null, "p-2"],
    ["p-1", null],
    [null, null],
  ]) {
    const body = { kind: "r2", project_id: values[0], projectId: values[1] };
    const { status, json } = await outpost.ask("POST", "/v1/destinations", { body });
    expect({ values, status, path: json["issues"]?.[0].path }).toEqual({ values, status: 400, path: "project_id" });
  }
});

test("null takes away a label and the filters, and is no value of anything else", async () => {
  const { id } = await outpost.destination({ kind: "r2", label: "l", environment: "prod", paused: true });
  const cleared = await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { label: null, environment: null } });
  expect(cleared).toMatchObject({ status: 200, json: { label: null, environment: null, paused: true } });
  const refused = await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { prefix: null, content: null } });
  expect(refused).toMatchObject({ status: 400, json: { issues: [{ path: "content" }, { path: "prefix" }] } });
});

test("a change names what may change: kind, project and where it began may not", async () => {
  const { id } = await outpost.destination({ kind: "r2", paused: true });
  for (const body of [
    { kind: "s3" },
    { project_id: null },
    { from: "beginning" },
    { from_seq: 0 },
    { url: webhook.url },
    { generation: "00" },
  ])
    expect(await outpost.ask("PATCH", `/v1/destinations/${id}`, { body })).toMatchObject({
      status: 400,
      json: { issues: [{ path: Object.keys(body)[0] }] },
    });
});

test("a key of one project manages that project's destinations alone", async () => {
  const [mine, theirs] = [newProject(), newProject()];
  const { key } = await makeKey({ scope: "admin", project_id: mine });
  const made = await outpost.ask("POST", "/v1/destinations", { key, body: { kind: "r2", project_id: null, paused: true } });
  expect(made).toMatchObject({ status: 201, json: { project_id: mine } });
  expect((await outpost.ask("POST", "/v1/destinations", { key, body: { kind: "r2", project_id: theirs } })).status).toBe(404);
  const own = `/v1/destinations/${made.json["id"]}`;
  expect((await outpost.ask("GET", "/v1/destinations", { key })).json["destinations"].map(({ id }: Answer) => id)).toEqual([
    made.json["id"],
  ]);
  const foreign = [await outpost.destination({ kind: "r2", project_id: theirs, paused: true }), { id: "default" }, { id: "nobody" }];
  for (const { id } of foreign) {
    const path = `/v1/destinations/${id}`;
    const statuses = await Promise.all([
      outpost.ask("GET", path, { key }),
      outpost.ask("PATCH", path, { key, body: { label: "x" } }),
      outpost.ask("DELETE", path, { key }),
      outpost.ask("POST", `${path}/replay`, { key, body: { from: "now" } }),
      outpost.ask("GET", `${path}/batches`, { key }),
    ]);
    expect({ id, statuses: statuses.map(({ status }) => status) }).toEqual({ id, statuses: [404, 404, 404, 404, 404] });
  }
  expect((await outpost.ask("DELETE", own, { key })).status).toBe(204);
});

test("the default destination can be paused and changed, and not deleted", async () => {
  expect(await outpost.ask("DELETE", "/v1/destinations/default")).toMatchObject({ status: 409, json: { code: "conflict" } });
  expect((await outpost.ask("GET", "/v1/destinations/default")).json).toMatchObject({ id: "default", kind: "r2", paused: true });
});

test("of two changes at once none is lost unsaid", async () => {
  const { id } = await outpost.destination({ kind: "r2", paused: true });
  const changes = ["a", "b", "c", "d"].map((label) => outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { label } }));
  const statuses = (await Promise.all(changes)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
  expect(statuses).toContain(200);
});

const standingIds = new Map<string, Promise<string>>();

/** One of a kind for all addresses. */
async function standing(kind: "webhook" | "s3"): Promise<string> {
  const known =
    standingIds.get(kind) ?? outpost.destination({ ...(kind === "s3" ? s3 : webhook), paused: true }).then(({ id }) => id as string);
  standingIds.set(kind, known);
  return await known;
}
