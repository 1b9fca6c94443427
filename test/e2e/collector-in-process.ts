import { createTestHarness } from "wrangler";

/** A whole collector under this process: its Worker in workerd behind HTTP, and its bindings at hand. */
export interface InProcessCollector {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** One request with the admin key; the JSON of its answer. */
  ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: Record<string, any> }>; // oxlint-disable-line typescript/no-explicit-any -- answers are looked into freely by tests
  /** One request to another Worker that runs beside it. */
  fetchOther: (name: string, path: string) => Promise<{ status: number; json: () => Promise<unknown>; text: () => Promise<string> }>;
  /** A key of a project for what sends recordings. */
  ingestKey: (project: string) => Promise<string>;
  /** The ids of a project's recordings, 200 at most, sorted, each as often as it is there. */
  storedIds: (project: string) => Promise<string[]>;
  bytes: (path: string) => Promise<Uint8Array<ArrayBuffer>>;
  db: D1Database;
  /** The cron, once. */
  minute: () => Promise<void>;
  stop: () => Promise<void>;
}

const adminKey = "ac_admin_for_tests";

/** Starts one on an empty database, which goes with it, and other Workers by their configuration. Exports may go to this machine, as with `npm start`. */
export async function startInProcess(vars: Record<string, string> = {}, others: string[] = []): Promise<InProcessCollector> {
  // No look-up of where this machine is, which needs a network.
  process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
  const server = createTestHarness({
    workers: [
      { configPath: "./wrangler.toml", vars: { ALLOW_LOCAL_DESTINATIONS: "true", ...vars }, secrets: { ADMIN_KEY: adminKey } },
      ...others.map((configPath) => ({ configPath })),
    ],
  });
  const { url } = await server.listen();
  const worker = server.getWorker<{ DB: D1Database }>();
  await worker.applyD1Migrations("DB");
  const { DB: db } = await worker.getEnv();
  const fetchPath = async (method: string, path: string, body?: unknown) =>
    await server.fetch(path, {
      method,
      headers: { Authorization: `Bearer ${adminKey}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const ask: InProcessCollector["ask"] = async (method, path, body) => {
    const response = await fetchPath(method, path, body);
    const text = await response.text();
    return { status: response.status, json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  return {
    origin: url.origin,
    ask,
    ingestKey: async (project) => {
      const { json } = await ask("POST", "/v1/keys", { scope: "ingest", project_id: project });
      return json["key"] as string;
    },
    storedIds: async (project) => {
      const { json } = await ask("GET", `/v1/recordings?project_id=${project}&limit=200`);
      return (json["recordings"] as { id: string }[]).map(({ id }) => id).toSorted();
    },
    fetchOther: async (name, path) => await server.getWorker(name).fetch(path),
    bytes: async (path) => {
      const response = await fetchPath("GET", path);
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    db,
    minute: async () => {
      await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date() });
    },
    stop: async () => await server.close(),
  };
}
