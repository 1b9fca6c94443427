// What a deployment decides, apart from what it does: everything here is text in, data or text out.

/**
 * What wrangler.toml says the Worker needs.
 *
 * @typedef {object} Resources
 * @property {string} worker
 * @property {string} database
 * @property {string} bucket
 * @property {string[]} queues each once, dead-letter queues too
 */

/**
 * Reads the names out of wrangler.toml. It knows no more TOML than that file uses: one `key = "text"` a
 * line below a `[table]` line.
 *
 * @param {string} toml
 * @returns {Resources}
 */
export function readResources(toml) {
  const values = readValues(toml);
  const only = (/** @type {string} */ key) => {
    const found = values.filter((value) => value.key === key).map((value) => value.text);
    if (found.length !== 1) throw new Error(`wrangler.toml must have exactly one ${key}, not ${found.length}`);
    return found[0];
  };
  const queueKeys = ["queues.producers.queue", "queues.consumers.queue", "queues.consumers.dead_letter_queue"];
  return {
    worker: only("name"),
    database: only("d1_databases.database_name"),
    bucket: only("r2_buckets.bucket_name"),
    queues: [...new Set(values.filter(({ key }) => queueKeys.includes(key)).map(({ text }) => text))],
  };
}

/** Each `key = "text"` with the name of its table before it. */
function readValues(toml) {
  /** @type {{ key: string, text: string }[]} */
  const values = [];
  let table = "";
  for (const line of toml.split(/\r?\n/)) {
    const header = /^\s*\[+\s*([\w.-]+)\s*\]/.exec(line);
    if (header) table = `${header[1]}.`;
    const [, key, text] = /^\s*([\w-]+)\s*=\s*"([^"]*)"/.exec(line) ?? [];
    if (key !== undefined) values.push({ key: table + key, text });
  }
  return values;
}

/**
 * wrangler.toml for the real thing: the real database's id and, in a jurisdiction, the bucket's.
 *
 * @param {string} toml
 * @param {{ databaseId: string, jurisdiction: string | null }} real
 * @returns {string}
 */
export function renderProductionConfig(toml, { databaseId, jurisdiction }) {
  const idLine = /^([ \t]*database_id[ \t]*=[ \t]*)"[^"\n]*"/gm;
  const count = toml.match(idLine)?.length ?? 0;
  if (count !== 1) throw new Error(`wrangler.toml must have exactly one database_id line, not ${count}`);
  const made = toml.replace(idLine, `$1"${databaseId}"`);
  const head = "# Made by `npm run deploy` out of wrangler.toml, each time anew: change that one.\n";
  if (jurisdiction === null) return head + made;
  return head + made.replace(/^[ \t]*bucket_name[ \t]*=.*$/m, `$&\njurisdiction = "${jurisdiction}"`);
}

/**
 * The database of that name in the output of `wrangler d1 list --json`.
 *
 * @param {string} stdout
 * @param {string} name
 * @returns {{ id: string, jurisdiction: string | null | undefined } | null} undefined where the list does not say
 */
export function findDatabase(stdout, name) {
  const database = parseList(stdout).find((each) => each.name === name);
  return database ? { id: database.uuid, jurisdiction: database.jurisdiction } : null;
}

/**
 * Whether `wrangler secret list --format json` names the secret.
 *
 * @param {string} stdout
 * @param {string} name
 * @returns {boolean}
 */
export function hasSecret(stdout, name) {
  return parseList(stdout).some((each) => each.name === name);
}

/**
 * Whether `wrangler r2 bucket list` names the bucket (that command has no JSON form).
 *
 * @param {string} stdout
 * @param {string} name
 * @returns {boolean}
 */
export function hasBucket(stdout, name) {
  return stdout.split(/\r?\n/).some((line) => /^name:\s+(\S+)$/.exec(line.trim())?.[1] === name);
}

/**
 * Where the data has to stay: what was asked for now, else what the database was made with. Without the
 * second, a repeat that forgot the variable would make an empty bucket outside and write to that one.
 *
 * @param {string | undefined} asked the variable D1_JURISDICTION
 * @param {{ jurisdiction: string | null | undefined } | null} database the one that exists
 * @returns {{ jurisdiction: string | null, conflict: string | null }}
 */
export function chooseJurisdiction(asked, database) {
  const wanted = asked || null;
  const made = database?.jurisdiction;
  if (made === undefined || made === wanted) return { jurisdiction: wanted, conflict: null };
  if (wanted === null) return { jurisdiction: made, conflict: null };
  const actual = made === null ? "in no jurisdiction" : `in jurisdiction ${made}`;
  const conflict = `D1_JURISDICTION is ${wanted}, but the database exists ${actual}, and that cannot be changed: unset it, or deploy under other names.`;
  return { jurisdiction: null, conflict };
}

/**
 * The wrangler commands that make each resource.
 *
 * @param {Resources} resources
 * @param {{ location: string | undefined, jurisdiction: string | null }} place Cloudflare ignores a location in a jurisdiction
 * @returns {{ database: string[], bucket: string[], queues: Map<string, string[]> }}
 */
export function creationCommands({ database, bucket, queues }, { location, jurisdiction }) {
  const within = jurisdiction === null ? [] : ["--jurisdiction", jurisdiction];
  const near = jurisdiction === null && location ? ["--location", location] : [];
  return {
    database: ["d1", "create", database, ...near, ...within],
    bucket: ["r2", "bucket", "create", bucket, ...within],
    queues: new Map(queues.map((queue) => [queue, ["queues", "create", queue, ...within]])),
  };
}

/**
 * The address in what wrangler wrote to WRANGLER_OUTPUT_FILE_PATH: one JSON object a line.
 *
 * @param {string} ndjson
 * @returns {string | null} null where there is neither a custom domain nor a workers.dev address
 */
export function deployedAddress(ndjson) {
  const entries = ndjson.split("\n").filter((line) => line.trim() !== "");
  const deployed = entries.map((line) => JSON.parse(line)).findLast((entry) => entry.type === "deploy");
  /** @type {string[]} */
  const targets = deployed?.targets ?? [];
  const domain = targets.map((target) => /^(\S+) \(custom domain\b/.exec(target)?.[1]).find(Boolean);
  if (domain !== undefined) return `https://${domain}`;
  return targets.find((target) => target.startsWith("https://")) ?? null;
}

/** Warnings may stand before or after the list itself. */
function parseList(stdout) {
  return JSON.parse(stdout.slice(stdout.indexOf("["), stdout.lastIndexOf("]") + 1));
}
