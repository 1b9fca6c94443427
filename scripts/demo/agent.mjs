import { recordCall } from "./call.mjs";
import { fillIn, pickExchange } from "./language.mjs";
import { makeCallId, wait } from "./session.mjs";
import { makeFacts } from "./shop.mjs";
import { callForTopic, tools } from "./tools.mjs";

const system = `You settle returns by yourself. Look the order up, make the label, pay back what is due or send a replacement, and then write to the customer.
Use one tool at a time. Stop and hand over where a tool answers with an error, or where the sum is above 500 euros.`;

const agentTools = [tools.find_order, tools.create_return_label, tools.refund, tools.send_replacement];

/**
 * A run of the agent that settles returns: a trace, with the calls of its model and a span for each tool that it used.
 *
 * @param {import("./session.mjs").Session} session
 * @param {import("./language.mjs").Language} language
 */
export function runAgent(session, language) {
  const exchange = pickExchange(session.random, language, "return");
  const facts = makeFacts(session.random, language, exchange, session.atMs);
  const mail = fillIn(exchange.ask, facts.words);
  const run = {
    session,
    traceId: `${session.id}-run`,
    startMs: session.atMs,
    mail,
    order: facts.order,
    said: [{ kind: "user", text: mail }],
  };
  const steps = stepsOf(facts);
  for (const [index, step] of steps.entries()) {
    if (!takeStep(run, step, `${run.traceId}-tool-${index + 1}`)) return endRun(run, index, { state: "failed", step: step.name });
  }
  const reply = ask(run, { kind: "answer", text: fillIn(exchange.answer, facts.words) });
  endRun(run, steps.length, reply === null ? { state: "failed", step: "reply" } : { state: "settled", reply: reply.answer.text });
}

/** How long the shop's slower systems take. */
const toolMs = { refund: 1900, send_replacement: 800 };

function ask({ session, traceId, mail, order, said }, answer) {
  const fields = { parent_id: traceId, inputs: { mail, order_number: order } };
  const recorded = recordCall(session, {
    system,
    said,
    tools: agentTools,
    answer,
    fields,
  });
  if (recorded !== null) said.push(recorded.answer);
  return recorded;
}

/** The model calls a tool, and the tool answers; false where the model does not. */
function takeStep(run, { name, arguments: given, result }, spanId) {
  const { session, said } = run;
  const id = makeCallId(session);
  const recorded = ask(run, { kind: "call", id, name, arguments: given });
  if (recorded === null) return false;
  const startMs = session.atMs;
  wait(session, toolMs[name] ?? 320);
  said.push({ kind: "result", id, name, value: result });
  keepTrace(session, spanId, startMs, { kind: "tool", name, parent_id: recorded.id, input: given, output: result });
  return true;
}

/** What is damaged is replaced. What is not wanted is paid back, by itself up to 500 euros; more is for a colleague to confirm. */
function stepsOf(facts) {
  const { order, item, isFirst } = facts;
  const found = callForTopic("order", facts);
  const delivered = { ...found, result: { ...found.result, state: "delivered" } };
  const state = item.euros <= 500 ? "scheduled" : "needs_confirmation";
  const last = isFirst
    ? { name: "refund", arguments: { order_number: order, amount_eur: item.euros }, result: { state, amount_eur: item.euros } }
    : { name: "send_replacement", arguments: { order_number: order, sku: item.sku }, result: { state: "reserved", sku: item.sku } };
  return [delivered, callForTopic("return", facts), last];
}

function endRun({ session, traceId, startMs, mail }, steps, output) {
  const { random } = session;
  const isSettled = output.state === "settled";
  const quality = isSettled ? random.integer(70, 100) / 100 : 0;
  keepTrace(session, traceId, startMs, {
    agent_name: "returns-agent",
    name: "returns-agent",
    input: mail,
    output,
    custom_metadata: { ...session.metadata, steps },
    ...(random.chance(0.6) ? { eval_results: { settled: isSettled, quality } } : {}),
    ...(random.chance(0.2) ? { feedback: { freeplay_feedback: isSettled ? "positive" : "negative" } } : {}),
  });
}

/** A trace that ends now. */
function keepTrace(session, id, startMs, body) {
  const times = { start_time: new Date(startMs).toISOString(), end_time: new Date(session.atMs).toISOString() };
  session.traces.push({ atMs: session.atMs, session: session.id, body: { id, ...body, ...times } });
}
