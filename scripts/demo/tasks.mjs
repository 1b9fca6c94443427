import { recordCall } from "./call.mjs";
import { fillIn, pickExchange } from "./language.mjs";
import { english } from "./languages/english.mjs";
import { makeFacts } from "./shop.mjs";

const mailSchema = {
  type: "object",
  properties: {
    topic: { type: "string", enum: ["order", "advice", "return", "care", "repair"] },
    urgency: { type: "integer", minimum: 1, maximum: 5 },
    language: { type: "string" },
    order_number: { type: ["string", "null"] },
    summary: { type: "string" },
  },
  required: ["topic", "urgency", "language", "order_number", "summary"],
  additionalProperties: false,
};

/**
 * A mail is sorted: one call, whose answer is JSON.
 *
 * @param {import("./session.mjs").Session} session
 * @param {import("./language.mjs").Language} language
 */
export function sortMail(session, language) {
  const { random } = session;
  const topic = random.pick(/** @type {const} */ (["order", "advice", "return", "care", "repair"]));
  const exchange = pickExchange(random, language, topic);
  const facts = makeFacts(random, language, exchange, session.atMs);
  const { subject } = language.topics[topic];
  const mail = fillIn(exchange.ask, facts.words);
  const sorted = {
    topic,
    urgency: random.integer(1, 5),
    language: language.code,
    order_number: mail.includes(facts.order) ? facts.order : null,
    summary: `${topic} of a customer, about ${facts.item.name}`,
  };
  const isRight = random.chance(0.96);
  recordCall(session, {
    system: "Sort the mail of a music shop. Answer with JSON of the schema and nothing else. The summary is in English.",
    said: [{ kind: "user", text: `Subject: ${subject}\n\n${mail}` }],
    answer: { kind: "answer", text: JSON.stringify(sorted) },
    parameters: { temperature: 0, ...jsonParameters[session.model.shape] },
    fields: {
      inputs: { subject, mail },
      output_schema: mailSchema,
      ...(random.chance(0.3) ? { eval_results: { valid_json: true, right_topic: isRight } } : {}),
    },
  });
}

const jsonParameters = {
  chat: { response_format: { type: "json_schema", json_schema: { name: "mail", strict: true, schema: mailSchema } } },
  gemini: { responseMimeType: "application/json" },
};

/**
 * What the team wrote in English is put into another language, at night as one of a batch.
 *
 * @param {import("./session.mjs").Session} session
 * @param {import("./language.mjs").Language} language
 */
export function translateReply(session, language) {
  const { random } = session;
  const topic = random.pick(/** @type {const} */ (["return", "care", "repair"]));
  const about = { topic, isFirst: true };
  const from = makeFacts(random.fork("facts"), english, about, session.atMs);
  const into = makeFacts(random.fork("facts"), language, about, session.atMs);
  const text = fillIn(english.topics[topic].answer[0], from.words);
  recordCall(session, {
    system: "Translate the reply. Keep names, numbers, bold type and references as they are.",
    said: [{ kind: "user", text: `Into ${language.code}:\n\n${text}` }],
    answer: { kind: "answer", text: fillIn(language.topics[topic].answer[0], into.words) },
    fields: { inputs: { into: language.code, text } },
    ...(session.model.provider === "openai" ? { apiStyle: "batch" } : {}),
  });
}

/**
 * The day in a few lines, written for the team by a model on the shop's own machine.
 *
 * @param {import("./session.mjs").Session} session
 */
export function reportDay(session) {
  const { random } = session;
  const day = new Date(session.atMs).toISOString().slice(0, 10);
  const rows = ["order", "advice", "return", "care", "repair"].map((topic) => ({
    topic,
    conversations: random.integer(4, 60),
    unsolved: random.integer(0, 6),
  }));
  const total = rows.reduce((sum, { conversations }) => sum + conversations, 0);
  const unsolved = rows.reduce((sum, row) => sum + row.unsolved, 0);
  const most = rows.reduce((a, b) => (b.conversations > a.conversations ? b : a));
  recordCall(session, {
    system: "Write the team's report of the day: five lines at most, numbers first, no praise.",
    said: [
      {
        kind: "user",
        text: `| topic | conversations | unsolved |\n|---|---|---|\n${rows.map((row) => `| ${Object.values(row).join(" | ")} |`).join("\n")}`,
      },
    ],
    answer: {
      kind: "answer",
      text: `**${day}**\n\n- ${total} conversations, ${unsolved} unsolved (${((unsolved / total) * 100).toFixed(1)} %)\n- Most about: ${most.topic} (${most.conversations})\n- Unsolved ones are in the inbox, oldest first.`,
    },
    fields: { inputs: { day, rows } },
  });
}
