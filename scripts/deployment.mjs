import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adminKeyProblem, makeAdminKey } from "./admin-key.mjs";
import * as plan from "./deploy-plan.mjs";
import { stopReason } from "./stop-reason.mjs";
import { projectRoot, runWrangler } from "./wrangler.mjs";

const CONFIG = "wrangler.toml";
const PRODUCTION_CONFIG = "wrangler.production.toml";
const PRODUCTION = ["-c", PRODUCTION_CONFIG];

/**
 * Brings what is in this folder to Cloudflare: makes what is missing, migrates, deploys, and sets the
 * admin key where there is none. Until that last step the Worker admits nobody.
 *
 * @param {Record<string, string | undefined>} env D1_LOCATION, D1_JURISDICTION and ADMIN_KEY, all optional
 */
export async function deploy(env) {
  const keyProblem = adminKeyProblem(env.ADMIN_KEY);
  if (keyProblem !== null) throw stopReason(keyProblem);
  const toml = await readFile(join(projectRoot, CONFIG), "utf8");
  const resources = plan.readResources(toml);
  const { databaseId, jurisdiction } = await ensureResources(resources, env);
  await writeFile(join(projectRoot, PRODUCTION_CONFIG), plan.renderProductionConfig(toml, { databaseId, jurisdiction }));

  say("Migrating the database");
  await wrangler(["d1", "migrations", "apply", "DB", "--remote", ...PRODUCTION]);
  say("Deploying the Worker");
  const address = await deployWorker();
  const newKey = await ensureAdminKey(env.ADMIN_KEY);
  say(farewell(address, newKey, env.ADMIN_KEY));
}

/**
 * Builds the Worker without an account, and tells what a deployment would make.
 *
 * @param {Record<string, string | undefined>} env
 */
export async function dryRun(env) {
  const resources = plan.readResources(await readFile(join(projectRoot, CONFIG), "utf8"));
  const { output } = await wrangler(["deploy", "--dry-run", "-c", CONFIG]);
  const jurisdiction = env.D1_JURISDICTION || null;
  const commands = plan.creationCommands(resources, { location: env.D1_LOCATION, jurisdiction });
  const creations = [commands.database, ...commands.queues.values(), commands.bucket];
  const steps = [
    ...creations.map((args) => `wrangler ${args.join(" ")}   (where it does not exist)`),
    `${PRODUCTION_CONFIG}, with the database's id`,
    "wrangler d1 migrations apply DB --remote",
    "wrangler deploy",
    `wrangler secret put ADMIN_KEY   (where it is not set: ${env.ADMIN_KEY ? "the value of ADMIN_KEY" : "a new random one"})`,
  ];
  say(`${output}\nThe Worker builds. Nothing was deployed; npm run deploy would do:\n  ${steps.join("\n  ")}`);
}

async function ensureResources(resources, env) {
  const find = async () => plan.findDatabase((await wrangler(["d1", "list", "--json"])).stdout, resources.database);
  let database = await find();
  const { jurisdiction, conflict } = plan.chooseJurisdiction(env.D1_JURISDICTION, database);
  if (conflict !== null) throw stopReason(conflict);
  const commands = plan.creationCommands(resources, { location: env.D1_LOCATION, jurisdiction });

  if (database === null) {
    await create(`D1 database ${resources.database}`, commands.database);
    database = await find();
    if (database === null) throw stopReason(`The new database ${resources.database} is not listed yet: run this again in a minute.`);
  }
  for (const [queue, command] of commands.queues) {
    if (!(await queueExists(queue))) await create(`queue ${queue}`, command);
  }
  if (!(await bucketExists(resources.bucket, jurisdiction))) await create(`R2 bucket ${resources.bucket}`, commands.bucket);
  return { databaseId: database.id, jurisdiction };
}

async function queueExists(queue) {
  const { code, output } = await runWrangler(["queues", "info", queue]);
  if (code === 0) return true;
  if (/does not exist/.test(output)) return false;
  throw failure(["queues", "info", queue], output);
}

async function bucketExists(bucket, jurisdiction) {
  const within = jurisdiction === null ? [] : ["--jurisdiction", jurisdiction];
  const { stdout } = await wrangler(["r2", "bucket", "list", ...within]);
  return plan.hasBucket(stdout, bucket);
}

/** The lists above may be cut short or late: that something exists already is never a failure. */
async function create(what, args) {
  const { code, output } = await runWrangler(args);
  if (code === 0) return say(`Created the ${what}`);
  if (!/already exists|already taken/i.test(output)) throw failure(args, output);
  say(`The ${what} exists already`);
}

async function deployWorker() {
  const folder = await mkdtemp(join(tmpdir(), "aircheck-deploy-"));
  const report = join(folder, "report.ndjson");
  try {
    await wrangler(["deploy", ...PRODUCTION], { env: { WRANGLER_OUTPUT_FILE_PATH: report } });
    return plan.deployedAddress(await readFile(report, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The key that was set, null where the Worker has one already. */
async function ensureAdminKey(wanted) {
  const { stdout } = await wrangler(["secret", "list", "--format", "json", ...PRODUCTION]);
  if (plan.hasSecret(stdout, "ADMIN_KEY")) return null;
  const key = wanted || makeAdminKey();
  await wrangler(["secret", "put", "ADMIN_KEY", ...PRODUCTION], { input: key });
  return key;
}

/** @param {string | null} newKey null where the Worker kept its own */
function farewell(address, newKey, wantedKey) {
  const isMade = newKey !== null && newKey !== wantedKey;
  const unused = wantedKey ? " (the variable ADMIN_KEY was not used)" : "";
  const kept = `It keeps the ADMIN_KEY it has${unused}; npx wrangler secret put ADMIN_KEY ${PRODUCTION.join(" ")} changes it.`;
  const made = `Its admin key, shown only now and kept nowhere else:\n\n  ${newKey}`;
  const keyLines = newKey === null ? kept : isMade ? made : "Its admin key is the value of ADMIN_KEY.";
  return `
Aircheck is deployed: ${address ?? "at the routes in wrangler.toml"}

${keyLines}

Next, see that it answers:

curl '${address ?? "https://<its route>"}/v1/recordings?project_id=demo' \\
  -H 'Authorization: Bearer ${isMade ? newKey : "<the admin key>"}'
`;
}

async function wrangler(args, options) {
  const result = await runWrangler(args, options);
  if (result.code !== 0) throw failure(args, result.output);
  return result;
}

function failure(args, output) {
  if (/CLOUDFLARE_API_TOKEN environment variable|not logged in|Did not login/i.test(output)) {
    return stopReason("Not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.");
  }
  return stopReason(`${output}\nwrangler ${args.slice(0, 3).join(" ")} failed (its output is above).`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
