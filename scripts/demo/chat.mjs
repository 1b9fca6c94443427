import { recordCall } from "./call.mjs";
import { fillIn, pickExchange } from "./language.mjs";
import { drawDamage } from "./png.mjs";
import { makeCallId, wait } from "./session.mjs";
import { catalogueText, handbook, makeFacts } from "./shop.mjs";
import { callForTopic, tools } from "./tools.mjs";

const houseRules = `You are Coda, the assistant of Alder & Reed, a small shop for musical instruments with a workshop of its own.

How you answer:
- In the language of the customer, in his or her tone, in at most six sentences. No emojis.
- Amounts in euros, days written out. Never promise a day that no tool has told you.
- You know the handbook's passages below, and what the tools answer. Where neither says it, you say that you will ask a colleague, and that he or she writes back by the next working day.
- Name the passage that you rely on in brackets, as [handbook/care#1].
- Prices are those of the catalogue. You give no discounts but those of the passages.
- For refunds above 500 euros a colleague confirms; you may say that this takes until the evening.
- Never ask for card numbers or passwords. If a customer sends one, tell him to have it blocked.
- Customers of the tier "school" have an account manager: offer to pass the question on.

The shop: Hamburg, Leipzig and Utrecht, Mondays to Saturdays from 10 to 18, the workshop in Hamburg alone. Bowed instruments, guitars, winds, drums and digital pianos, new and hired; no accordions, no church organs, no sheet music. Hire is from 12 euros a month for a quarter-size violin to 58 for a full cello; after a year half of it counts towards buying. Children grow: a violin of 1/4 fits from about six years, 1/2 from eight, 3/4 from ten, 4/4 from twelve; measure the arm, not the age. Bows, strings, reeds, oil and rosin are sent by letter, without a number to follow. Schools order by invoice and pay within 30 days. Vouchers are valid for four years and are not paid out. Lessons are given by teachers who rent rooms of us, and who make their own prices.

What you do not do: valuations of old instruments, legal advice, medical advice on hands and hearing, remarks on other shops.

Catalogue:
${catalogueText}`;

/** The assistant does not pay: that is the agent's. */
const chatTools = [tools.find_order, tools.search_catalogue, tools.create_return_label, tools.book_workshop];

/** Which passages are found for a topic. */
const passagesOf = {
  order: ["handbook/shipping#1"],
  advice: [],
  return: ["handbook/returns#1", "handbook/returns#2"],
  care: ["handbook/care#1", "handbook/care#2"],
  repair: ["handbook/repairs#1", "handbook/care#2"],
};

/** Which topics customers come with. */
const topics = /** @type {const} */ ([
  ["order", 34],
  ["advice", 24],
  ["return", 18],
  ["care", 14],
  ["repair", 10],
]);

/**
 * A customer's conversation with the assistant: a question, mostly a tool, an answer, what comes to mind then, and sometimes another matter.
 *
 * @param {import("./session.mjs").Session} session
 * @param {import("./language.mjs").Language} language
 */
export function holdChat(session, language) {
  const { random } = session;
  const first = random.weighted(topics);
  const second = random.weighted(topics);
  const matters = random.chance(0.15) && second !== first ? [first, second] : [first];
  const passages = handbook.filter(({ id }) => matters.some((topic) => passagesOf[topic].includes(id)));
  const chat = { session, language, passages, said: [] };
  if (matters.every((topic) => settleMatter(chat, topic))) giveFeedback(session, language);
  else complain(session, language);
}

/**
 * @typedef {object} Chat
 * @property {import("./session.mjs").Session} session
 * @property {import("./language.mjs").Language} language
 * @property {typeof handbook} passages
 * @property {import("./shapes.mjs").Said[]} said
 */

/**
 * One matter of a conversation; false where an answer did not come.
 *
 * @param {Chat} chat
 * @param {import("./language.mjs").Topic} topic
 */
function settleMatter(chat, topic) {
  const { session, language, said } = chat;
  const { random } = session;
  const exchange = pickExchange(random, language, topic);
  const facts = makeFacts(random, language, exchange, session.atMs);
  const question = fillIn(exchange.ask, facts.words);
  if (said.length > 0) wait(session, 60_000);
  said.push({ kind: "user", text: question, ...(topic === "repair" ? { image: photoOf(random, session.id) } : {}) });
  const call = callForTopic(topic, facts);
  if (call !== null && !useTool(chat, question, call)) return false;
  if (!ask(chat, question, { kind: "answer", text: fillIn(exchange.answer, facts.words) })) return false;
  for (const { ask: more, answer } of pickFollowUps(random, language, topic)) {
    wait(session, 38_000);
    const next = fillIn(more, facts.words);
    said.push({ kind: "user", text: next });
    if (!ask(chat, next, { kind: "answer", text: fillIn(answer, facts.words) })) return false;
  }
  return true;
}

/** Records a call of the model, and goes on with what it said; false where no attempt was answered. */
function ask({ session, language, passages, said }, question, answer) {
  const found = passages.map(({ id, text }) => `[${id}] ${text}`).join("\n");
  const asking = {
    system: found === "" ? houseRules : `${houseRules}\n\nPassages:\n${found}`,
    said,
    tools: chatTools,
    answer,
    fields: {
      inputs: { question, language: language.code, ...(passages.length === 0 ? {} : { context: passages }) },
      ...(answer.kind === "answer" ? evaluate(session.random) : {}),
    },
  };
  const recorded = recordCall(session, asking);
  if (recorded !== null) said.push(recorded.answer);
  return recorded !== null;
}

/** The model's call of a tool and what came of it; false where the model did not answer. */
function useTool(chat, question, { name, arguments: given, result }) {
  const { session, said } = chat;
  const id = makeCallId(session);
  if (!ask(chat, question, { kind: "call", id, name, arguments: given })) return false;
  wait(session, 240);
  said.push({ kind: "result", id, name, value: result });
  return true;
}

function photoOf(random, sessionId) {
  return random.chance(0.7) ? { base64: drawDamage(random) } : { url: `https://uploads.alder-and-reed.example/${sessionId}.jpg` };
}

function pickFollowUps(random, { followUps }, topic) {
  const fitting = followUps.filter((one) => one.topics.includes(topic));
  const count = random.weighted([
    [0, 34],
    [1, 32],
    [2, 22],
    [3, 12],
  ]);
  const begin = random.integer(0, fitting.length - 1);
  return [...fitting, ...fitting].slice(begin, begin + Math.min(count, fitting.length));
}

/** What the team's own checks say of a sample of the answers. */
function evaluate(random) {
  if (!random.chance(0.15)) return {};
  const helpfulness = Math.min(1, Math.round(random.logNormal(0.82, 0.16) * 100) / 100);
  return {
    eval_results: {
      helpfulness,
      grounded: random.chance(0.93),
      tone: random.weighted([
        ["friendly", 80],
        ["neutral", 17],
        ["curt", 3],
      ]),
    },
  };
}

/** Few say what they think of an answer. */
function giveFeedback(session, language) {
  const { random } = session;
  if (session.environment !== "production" || !random.chance(0.3)) return;
  sayFeedback(session, language, random.chance(0.8) ? "up" : "down");
}

/** Who got no answer says so more often. */
function complain(session, language) {
  if (session.environment === "production" && session.random.chance(0.45)) sayFeedback(session, language, "down");
}

function sayFeedback(session, { comments }, thumb) {
  const { random } = session;
  wait(session, 9000);
  const stars = thumb === "up" ? random.integer(4, 5) : random.integer(1, 2);
  const comment = random.chance(0.45) ? { comment: random.pick(comments[thumb]) } : {};
  const body = {
    id: session.recordings.at(-1).body.id,
    feedback: { freeplay_feedback: thumb === "up" ? "positive" : "negative", stars, ...comment },
  };
  session.feedback.push({ atMs: session.atMs, body });
}
