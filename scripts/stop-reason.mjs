import { inspect } from "node:util";

const NAME = "StopReason";

/**
 * An error whose message is meant for whoever ran the script: it is shown without a stack.
 *
 * @param {string} message one line, or more where it carries a tool's own output
 * @returns {Error}
 */
export function stopReason(message) {
  const error = new Error(message);
  error.name = NAME;
  return error;
}

/**
 * Reports why a script ends and ends it with code 1.
 *
 * @param {unknown} error
 */
export function exitWith(error) {
  const shown = error instanceof Error && error.name === NAME ? error.message : inspect(error);
  process.stderr.write(`${shown}\n`);
  process.exit(1);
}
