import { stopReason } from "./stop-reason.mjs";

/**
 * What `npm run deploy` was asked for. A word that is not known ends it: a mistyped `--dry-run` must not deploy.
 *
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env npm keeps `npm run deploy --dry-run` to itself, in npm_config_dry_run
 * @returns {{ isDryRun: boolean }}
 */
export function readArguments(args, env) {
  const unknown = args.find((arg) => arg !== "--dry-run");
  if (unknown !== undefined) {
    throw stopReason(`${unknown} is not known. npm run deploy takes nothing, or: npm run deploy -- --dry-run`);
  }
  return { isDryRun: args.length > 0 || env.npm_config_dry_run === "true" };
}
