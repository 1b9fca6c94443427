/**
 * A block of a page that is meant for a shell.
 *
 * @typedef {object} ShellBlock
 * @property {string} place `README.md:12`
 * @property {string} text
 * @property {string | null} mark why it is not run as it is: the HTML comment before it
 */

/**
 * The `sh` blocks of a Markdown page, in order.
 *
 * @param {string} page its name
 * @param {string} markdown
 * @returns {ShellBlock[]}
 */
export function shellBlocks(page, markdown) {
  const lines = markdown.split(/\r?\n/);
  /** @type {ShellBlock[]} */
  const blocks = [];
  for (let at = 0; at < lines.length; at += 1) {
    const language = /^```(\w*)/.exec(lines[at] ?? "")?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    if (end === -1) throw new Error(`${page}:${at + 1} begins a block that does not end.`);
    const mark = /^<!-- (.+) -->$/.exec(lines[at - 1] ?? "")?.[1] ?? null;
    if (language === "sh") blocks.push({ place: `${page}:${at + 2}`, text: lines.slice(at + 1, end).join("\n"), mark });
    at = end;
  }
  return blocks;
}

/**
 * The pages under `docs/` that a page links to, in order, each once.
 *
 * @param {string} markdown
 * @returns {string[]}
 */
export function linkedPages(markdown) {
  return [...new Set([...markdown.matchAll(/\]\((docs\/[\w-]+\.md)/g)].map((match) => match[1] ?? ""))];
}
