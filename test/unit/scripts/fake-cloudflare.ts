import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";

/** The part of Cloudflare's API that wrangler calls for a deployment, on loopback, with real SQLite behind it. */
export type FakeCloudflare = {
  url: string;
  account: string;
  /** Every request so far, as `METHOD /path` without the account. */
  requests: string[];
  /** Those of them that it has no answer for: an empty list says that nothing was only pretended. */
  unknown: string[];
  databases: { uuid: string; name: string; jurisdiction: string | null; location: string | null; sqlite: DatabaseSync }[];
  queues: { queue_id: string; queue_name: string; jurisdiction?: string; consumers: object[] }[];
  buckets: { name: string; jurisdiction: string | null }[];
  /** False hides the buckets from the list, as a list that is cut short does. */
  listsBuckets: boolean;
  secrets: Map<string, string>;
  uploads: { bindings: Record<string, unknown>[] }[];
  schedules: unknown;
  close: () => void;
};

type Fields = Record<string, string>;
type Answer = { status?: number; result?: unknown; error?: { code: number; message: string } };
type Call = {
  method: string;
  path: string;
  query: URLSearchParams;
  fields: Fields;
  json: unknown;
  form: FormData;
  jurisdiction: string | null;
};

const account = "0123456789abcdef0123456789abcdef";

/** What a deployment makes first of all, as if one had made it before: each creation is a wrangler of some seconds. */
export function furnish(fake: FakeCloudflare): void {
  const sqlite = new DatabaseSync(":memory:");
  fake.databases.push({ uuid: crypto.randomUUID(), name: "aircheck", jurisdiction: null, location: null, sqlite });
  for (const queue_name of ["aircheck", "aircheck-dead"])
    fake.queues.push({ queue_name, queue_id: crypto.randomUUID().replaceAll("-", ""), consumers: [] });
  fake.buckets.push({ name: "aircheck-archive", jurisdiction: null });
}

/** Starts one on a free port. */
export async function startFakeCloudflare(): Promise<FakeCloudflare> {
  const fake: FakeCloudflare = {
    url: "",
    account,
    requests: [],
    unknown: [],
    databases: [],
    queues: [],
    buckets: [],
    listsBuckets: true,
    secrets: new Map(),
    uploads: [],
    schedules: null,
    close: () => server.close().closeAllConnections(),
  };
  const server = createServer((request, response) => {
    void readCall(request).then((call) => {
      const { status = 200, result = null, error } = answer(fake, call);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ success: !error, errors: error ? [error] : [], messages: [], result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  const isForm = type.startsWith("multipart/");
  const form = isForm ? await new Response(bytes, { headers: { "content-type": type } }).formData() : new FormData();
  const json: unknown = isForm || bytes.length === 0 ? {} : JSON.parse(bytes.toString());
  const url = new URL(request.url ?? "/", "http://fake");
  return {
    method: request.method ?? "",
    path: url.pathname.replace(`/accounts/${account}`, ""),
    query: url.searchParams,
    fields: json as Fields,
    json,
    form,
    jurisdiction: request.headers["cf-r2-jurisdiction"]?.toString() ?? null,
  };
}

function answer(fake: FakeCloudflare, call: Call): Answer {
  const route = `${call.method} ${call.path}`;
  fake.requests.push(route);
  const found = d1(fake, call) ?? queues(fake, call) ?? buckets(fake, call) ?? workers(fake, call);
  if (found) return found;
  fake.unknown.push(route);
  return { status: 404, error: { code: 7003, message: "no such route" } };
}

function d1(fake: FakeCloudflare, { method, path, query, fields }: Call): Answer | undefined {
  if (path === "/d1/database" && method === "GET") {
    const page = Number(query.get("page"));
    const all = fake.databases.map(({ uuid, name, jurisdiction }) => ({ uuid, name, jurisdiction }));
    return { result: all.slice((page - 1) * 10, page * 10) };
  }
  if (path === "/d1/database" && method === "POST") {
    const { name = "", jurisdiction = null, primary_location_hint: location = null } = fields;
    const uuid = crypto.randomUUID();
    fake.databases.push({ uuid, name, jurisdiction, location, sqlite: new DatabaseSync(":memory:") });
    return { result: { uuid, name } };
  }
  const [, uuid, rest] = /^\/d1\/database\/([^/]+)(.*)$/.exec(path) ?? [];
  const database = fake.databases.find((each) => each.uuid === uuid);
  return database && rest === "/query" ? runSql(database.sqlite, fields["sql"] ?? "") : undefined;
}

function runSql(sqlite: DatabaseSync, sql: string): Answer {
  try {
    const reads = /^\s*(select|pragma)/i.test(sql);
    if (!reads) sqlite.exec(sql);
    const results = reads ? sqlite.prepare(sql).all() : [];
    return { result: [{ results, success: true, meta: { duration: 0 } }] };
  } catch (error) {
    return { status: 400, error: { code: 7500, message: String(error) } };
  }
}

function queues(fake: FakeCloudflare, { method, path, query, fields }: Call): Answer | undefined {
  if (path === "/queues" && method === "GET") {
    const all = fake.queues.filter((queue) => [null, queue.queue_name].includes(query.get("name")));
    return { result: all.map((queue) => ({ ...queue, producers_total_count: 0, consumers_total_count: 0 })) };
  }
  if (path === "/queues" && method === "POST") {
    const { queue_name = "", ...settings } = fields;
    const queue = { ...settings, queue_name, queue_id: crypto.randomUUID().replaceAll("-", ""), consumers: [] };
    fake.queues.push(queue);
    return { result: queue };
  }
  const [, id, , consumerId] = /^\/queues\/([^/]+)(\/consumers)(?:\/([^/]+))?$/.exec(path) ?? [];
  const queue = fake.queues.find((each) => each.queue_id === id);
  if (!queue) return undefined;
  if (method === "POST") queue.consumers.push({ ...fields, script: fields["script_name"], consumer_id: "c1" });
  return { result: consumerId === undefined ? queue.consumers : fields };
}

function buckets(fake: FakeCloudflare, { method, path, fields, jurisdiction }: Call): Answer | undefined {
  const own = fake.buckets.filter((bucket) => bucket.jurisdiction === jurisdiction);
  if (path === "/r2/buckets" && method === "GET") return { result: { buckets: fake.listsBuckets ? own : [] } };
  if (path === "/r2/buckets" && method === "POST") {
    const { name = "" } = fields;
    const message = "The bucket you tried to create already exists, and you own it.";
    if (own.some((bucket) => bucket.name === name)) return { status: 409, error: { code: 10004, message } };
    fake.buckets.push({ name, jurisdiction });
    return { result: { name, location: "WEUR", storage_class: "Standard" } };
  }
  const [, name] = /^\/r2\/buckets\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  if (own.some((bucket) => bucket.name === name)) return { result: { name } };
  return { status: 404, error: { code: 10006, message: "The specified bucket does not exist." } };
}

function workers(fake: FakeCloudflare, { method, path, fields, json, form }: Call): Answer | undefined {
  const exists = fake.uploads.length > 0;
  const upload = () => {
    fake.uploads.push(JSON.parse(form.get("metadata") as string) as FakeCloudflare["uploads"][number]);
    return { id: crypto.randomUUID(), deployment_id: crypto.randomUUID(), startup_time_ms: 10, resources: { script: { etag: "e" } } };
  };
  const putSecret = () => {
    fake.secrets.set(fields["name"] ?? "", fields["text"] ?? "");
    return { name: fields["name"], type: fields["type"] };
  };
  const script = "/workers/scripts/aircheck";
  const ofAccount: Record<string, () => unknown> = {
    "GET /workers/subdomain": () => ({ subdomain: "example" }),
    [`PUT ${script}`]: upload,
  };
  const ofWorker: Record<string, () => unknown> = {
    "GET /workers/services/aircheck": () => ({ default_environment: { script: { last_deployed_from: "wrangler" } } }),
    "GET /workers/workers/aircheck": () => ({ subdomain: { enabled: false, previews_enabled: false } }),
    [`GET ${script}/deployments`]: () => ({ deployments: [] }),
    [`POST ${script}/deployments`]: () => ({ id: crypto.randomUUID() }),
    [`POST ${script}/versions`]: upload,
    [`GET ${script}/settings`]: () => ({ bindings: fake.uploads.at(-1)?.bindings }),
    [`PATCH ${script}/script-settings`]: () => ({}),
    [`POST ${script}/subdomain`]: () => ({ enabled: true, previews_enabled: false }),
    [`GET ${script}/secrets`]: () => [...fake.secrets.keys()].map((name) => ({ name, type: "secret_text" })),
    [`PUT ${script}/secrets`]: putSecret,
    [`PUT ${script}/schedules`]: () => (fake.schedules = json),
  };
  const route = `${method} ${path}`;
  const ofNone = ofAccount[route];
  const known = ofNone ?? ofWorker[route];
  if (!known) return undefined;
  if (!exists && !ofNone) return { status: 404, error: { code: 10007, message: "This Worker does not exist on your account." } };
  return { result: known() };
}
