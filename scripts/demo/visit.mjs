import { runAgent } from "./agent.mjs";
import { holdChat } from "./chat.mjs";
import { languages } from "./language.mjs";
import { chatModels, models } from "./models.mjs";
import { openSession } from "./session.mjs";
import { reportDay, sortMail, translateReply } from "./tasks.mjs";

const DAY_MS = 86_400_000;
/** Weeks since 1970 before the assistant's first version. */
const WEEKS_BEFORE = 2950;

/** What the product does with models, and how often. */
const tasks = /** @type {const} */ ([
  ["support-chat", 60],
  ["sort-mail", 25],
  ["translate-reply", 7],
  ["returns-agent", 6],
  ["day-report", 2],
]);

/**
 * One session with all that was recorded of it: the same for the same random numbers and moment.
 *
 * @param {import("./random.mjs").Random} random
 * @param {{ id: string, atMs: number }} at
 * @returns {import("./session.mjs").Session}
 */
export function makeVisit(random, { id, atMs }) {
  const prompt = random.weighted(tasks);
  const language = random.weighted(prompt === "translate-reply" ? languages.slice(1) : languages);
  const environment = pickEnvironment(random, prompt, new Date(atMs).getUTCDay());
  const session = openSession({
    id,
    random,
    atMs,
    environment,
    prompt,
    model: models[pickModel(random, prompt, environment)],
    metadata: pickMetadata(random, prompt, language),
    promptVersion: versionAt(atMs, environment),
  });
  const hold = {
    "support-chat": holdChat,
    "sort-mail": sortMail,
    "translate-reply": translateReply,
    "returns-agent": runAgent,
    "day-report": reportDay,
  };
  hold[prompt](session, language);
  return session;
}

/** Nobody of the team works at weekends, so all is production then. */
function pickEnvironment(random, prompt, weekday) {
  if (prompt === "day-report" || weekday % 6 === 0) return "production";
  return random.weighted([
    ["production", 82],
    ["staging", 12],
    ["development", 6],
  ]);
}

function pickModel(random, prompt, environment) {
  switch (prompt) {
    case "support-chat":
      return random.weighted(chatModels[environment]);
    case "sort-mail":
      return random.weighted([
        ["large", 55],
        ["flash", 45],
      ]);
    case "translate-reply":
      return random.weighted([
        ["mistral", 65],
        ["mini", 35],
      ]);
    case "returns-agent":
      return random.weighted([
        ["sonnet", 70],
        ["reasoning", 30],
      ]);
    default:
      return "local";
  }
}

function pickMetadata(random, prompt, language) {
  if (prompt === "day-report") return { channel: "internal" };
  const channel =
    prompt === "support-chat"
      ? random.weighted([
          ["web", 68],
          ["app", 24],
          ["whatsapp", 8],
        ])
      : "mail";
  const tier = random.weighted([
    ["guest", 46],
    ["member", 36],
    ["school", 12],
    ["dealer", 6],
  ]);
  return { customer_tier: tier, country: random.pick(language.countries), language: language.code, channel, returning: random.chance(0.4) };
}

/** A new version goes out each Thursday; staging has it a week before. */
function versionAt(atMs, environment) {
  const week = Math.floor(atMs / (7 * DAY_MS)) - WEEKS_BEFORE;
  return Math.max(1, environment === "production" ? week : week + 1);
}
