/** Whether a finish reason, in whichever provider's words, is none of an answer that came to its end. */
export function isCut(reason: unknown): boolean {
  return typeof reason !== "string" || /^(?:length|max_tokens|error|other|unknown|content.filter|pause_turn)$|window/.test(reason);
}
