import { fillIn } from "./language.mjs";
import { recordCall, wait } from "./session.mjs";
import { makeFacts } from "./shop.mjs";
import { callForTopic, tools } from "./tools.mjs";

const system = `You settle returns by yourself. Look the order up, make the label, pay back what is due, and then write to the customer.
Use one tool at a time. Stop and hand over where a tool answers with an error, or where the sum is above 500 euros.`;

/**
 * A run of the agent that settles returns: a trace, with the calls of its model and a span for each tool that it used.
 *
 * @param {import("./session.mjs").Session} session
 * @param {import("./language.mjs").Language} language
 */
export function runAgent(session, language) {
  const { random } = session;
  const traceId = `${session.id}-run`;
  const facts = makeFacts(random, language, session.atMs);
  const mail = fillIn(random.pick(language.topics.return.ask), facts.words);
  const startMs = session.atMs;
  /** @type {import("./shapes.mjs").Said[]} */
  const said = [{ kind: "user", text: mail }];
  const fields = { parent_id: traceId, inputs: { mail, order_number: facts.order } };
  const ask = (answer) => {
    const asking = { system, said, tools: [tools.find_order, tools.create_return_label, tools.refund], answer, fields };
    const recording = recordCall(session, asking);
    if (recording !== null) said.push(asking.answer);
    return recording;
  };

  const steps = stepsOf(facts);
  for (const [index, { name, arguments: given, result }] of steps.entries()) {
    const id = `toolu_${random.integer(0x100000, 0xffffff).toString(36)}`;
    const recording = ask({ kind: "call", id, name, arguments: given });
    if (recording === null) return endRun(session, { traceId, startMs, mail, output: { state: "failed", step: name }, steps: index });
    const toolStartMs = session.atMs;
    wait(session, name === "refund" ? 1900 : 320);
    said.push({ kind: "result", id, name, value: result });
    session.traces.push(
      moment(
        session,
        `${traceId}-tool-${index + 1}`,
        { kind: "tool", name, parent_id: recording.body.id, input: given, output: result },
        toolStartMs,
      ),
    );
  }
  const text = fillIn(random.pick(language.topics.return.answer), facts.words);
  const isDone = ask({ kind: "answer", text }) !== null;
  endRun(session, {
    traceId,
    startMs,
    mail,
    output: isDone ? { state: "settled", reply: text } : { state: "failed", step: "reply" },
    steps: steps.length,
  });
}

/** Small sums are paid back at once; larger ones are for a colleague to confirm. */
function stepsOf(facts) {
  const found = callForTopic("order", facts);
  const label = callForTopic("return", facts);
  const delivered = { ...found, result: { ...found.result, state: "delivered" } };
  const amount = { order_number: facts.order, amount_eur: facts.item.euros };
  const paid =
    facts.item.euros <= 500
      ? { state: "paid", amount_eur: facts.item.euros }
      : { state: "needs_confirmation", amount_eur: facts.item.euros };
  return [delivered, label, { name: "refund", arguments: amount, result: paid }];
}

function endRun(session, { traceId, startMs, mail, output, steps }) {
  const { random } = session;
  const isSettled = output.state === "settled";
  const evaluations = random.chance(0.6)
    ? { eval_results: { settled: isSettled, quality: isSettled ? random.integer(70, 100) / 100 : 0 } }
    : {};
  const feedback = random.chance(0.2) ? { feedback: { freeplay_feedback: isSettled ? "positive" : "negative" } } : {};
  const body = {
    agent_name: "returns-agent",
    name: "returns-agent",
    input: mail,
    output,
    custom_metadata: { ...session.metadata, steps },
    ...evaluations,
    ...feedback,
  };
  session.traces.push(moment(session, traceId, body, startMs));
}

function moment(session, id, body, startMs) {
  const times = { start_time: new Date(startMs).toISOString(), end_time: new Date(session.atMs).toISOString() };
  return { atMs: session.atMs, session: session.id, body: { id, ...body, ...times } };
}
