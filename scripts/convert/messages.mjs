/**
 * What was asked, as a list of messages, whichever way it was kept: such a list, an object that holds one, or a text.
 *
 * @param {any} input
 * @returns {object[]}
 */
export function promptMessages(input) {
  if (Array.isArray(input)) return input.map((message) => asMessage(message, "user"));
  if (Array.isArray(input?.messages)) return promptMessages(input.messages);
  return input === undefined || input === null || input === "" ? [] : [asMessage(input, "user")];
}

/**
 * What was answered, the same way.
 *
 * @param {any} output
 * @returns {object[]}
 */
export function answerMessages(output) {
  if (Array.isArray(output) && output.every((message) => typeof message?.role === "string")) return output;
  return output === undefined || output === null || output === "" ? [] : [asMessage(output, "assistant")];
}

/**
 * A call's times as ISO 8601, both or neither: Langfuse writes UTC without saying so.
 *
 * @param {string | null | undefined} start
 * @param {string | null | undefined} end
 * @returns {{ start_time: string, end_time: string } | {}}
 */
export function times(start, end) {
  const iso = (text) => (/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`).replace(" ", "T");
  return start && end ? { start_time: iso(start), end_time: iso(end) } : {};
}

function asMessage(value, role) {
  if (typeof value?.role === "string") return value;
  return { role, content: typeof value === "string" ? value : JSON.stringify(value) };
}
