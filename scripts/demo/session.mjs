import { writeConversation } from "./shapes.mjs";
import { countAbout, reportUsage } from "./tokens.mjs";
import { makeFailure, troubleAt } from "./trouble.mjs";

/**
 * @typedef {object} Session what happens within one session, as it grows
 * @property {string} id
 * @property {import("./random.mjs").Random} random
 * @property {number} atMs its clock
 * @property {import("./models.mjs").Model} model
 * @property {"production" | "staging" | "development"} environment
 * @property {Record<string, string | number | boolean>} metadata
 * @property {string} prompt the template's name
 * @property {number} promptVersion
 * @property {number | null} cachedTokens what the provider has of it in its cache; null before its first call
 * @property {Moment[]} recordings
 * @property {Moment[]} traces
 * @property {Moment[]} feedback
 *
 * @typedef {{ atMs: number, body: Record<string, any>, session?: string, testRun?: string }} Moment something to post, and when it happened
 *
 * @typedef {object} Asking one call
 * @property {string} system
 * @property {import("./shapes.mjs").Said[]} said what stands before the answer
 * @property {import("./tools.mjs").Tool[]} [tools]
 * @property {import("./shapes.mjs").Call | import("./shapes.mjs").Answer} answer
 * @property {object} [parameters]
 * @property {Record<string, unknown>} [fields] further ones of the recording
 * @property {string} [apiStyle]
 */

const ATTEMPTS = 3;

/**
 * Records a call, and its failures before it where it fails at first, and moves the session's clock.
 *
 * @param {Session} session
 * @param {Asking} asking
 * @returns {Moment | null} the recording; null where no attempt succeeded
 */
export function recordCall(session, asking) {
  const { random, model } = session;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { failing, slowness } = troubleAt(model.provider, session.atMs);
    if (!random.chance(failing)) return recordAnswer(session, asking, slowness);
    recordFailure(session, asking, failing > 0.1);
    if (attempt === ATTEMPTS || random.chance(0.15)) break;
    session.atMs += Math.round(random.logNormal(1500 * attempt, 0.5));
  }
  return null;
}

/** Time that passes without a call: a user reads and types, a tool works. */
export function wait(session, medianMs, spread = 0.6) {
  session.atMs += Math.round(session.random.logNormal(medianMs, spread));
}

function recordAnswer(session, asking, slowness) {
  const { random, model } = session;
  const isThought = random.chance(model.thinks);
  const thought = isThought ? thoughtOf(asking) : undefined;
  const isCut = asking.answer.kind === "answer" && asking.fields?.output_schema === undefined && random.chance(0.012);
  const answer = { ...asking.answer, ...(thought === undefined ? {} : { thought }) };
  if (isCut) answer.text = answer.text.slice(0, Math.ceil(answer.text.length * 0.6));
  const counts = countTokens(session, { ...asking, answer }, isThought);
  const firstTokenMs = random.logNormal(model.firstTokenMs, 0.35) * slowness;
  const latencyMs = Math.round(firstTokenMs + (counts.completion / model.tokensPerSecond) * 1000 * random.logNormal(1, 0.18) * slowness);
  const isStream = session.environment === "production" && asking.answer.kind === "answer" && asking.apiStyle === undefined;
  const streaming = isStream ? { stream: true, time_to_first_token_ms: Math.round(firstTokenMs) } : {};
  // OpenAI's chat tells a stream's usage only where it is asked to, which not everybody knows.
  const isSilent = isStream && model.usage === "openai" && random.chance(0.4);
  const legacyCall =
    model.shape === "functions" && answer.kind === "call"
      ? { function_call_response: { name: answer.name, arguments: JSON.stringify(answer.arguments) } }
      : {};
  const written = writeConversation(model.shape, { system: asking.system, said: [...asking.said, answer], tools: asking.tools ?? [] });
  asking.answer = answer;
  return keep(session, asking, written, {
    latencyMs,
    parameters: streaming,
    usage: isSilent ? undefined : reportUsage(model.usage, counts),
    outcome: { response_info: { is_complete: !isCut, ...legacyCall } },
  });
}

function recordFailure(session, asking, isOutage) {
  const { random, model } = session;
  const { error, latencyMs } = makeFailure(random, model, isOutage);
  const written = writeConversation(model.shape, { system: asking.system, said: asking.said, tools: asking.tools ?? [] });
  keep(session, asking, written, {
    latencyMs,
    parameters: {},
    usage: undefined,
    outcome: { response_info: { is_complete: false }, error },
  });
}

function keep(session, asking, written, { latencyMs, parameters, usage, outcome }) {
  const { model, metadata, environment, prompt, promptVersion } = session;
  const startMs = session.atMs;
  session.atMs += latencyMs;
  const body = {
    id: `${session.id}-${session.recordings.length + 1}`,
    all_messages: written.messages,
    session_info: { session_id: session.id, custom_metadata: metadata },
    prompt_info: {
      prompt_template_id: prompt,
      prompt_template_version_id: `${prompt}:v${promptVersion}`,
      prompt_template_name: prompt,
      environment,
    },
    call_info: {
      provider: model.provider,
      model: model.model,
      start_time: startMs / 1000,
      end_time: session.atMs / 1000,
      model_parameters: { ...usualParameters[model.shape], ...written.parameters, ...asking.parameters, ...parameters },
      ...(usage === undefined ? {} : { usage }),
      ...(asking.apiStyle === undefined ? {} : { api_style: asking.apiStyle }),
    },
    ...(written.toolSchema === undefined ? {} : { tool_schema: written.toolSchema }),
    ...asking.fields,
    ...outcome,
  };
  const recording = { atMs: session.atMs, body };
  session.recordings.push(recording);
  return recording;
}

/** Models that reason take no temperature. */
const usualParameters = {
  chat: { temperature: 0.3, max_tokens: 800 },
  functions: { temperature: 0.3, max_tokens: 800 },
  responses: { max_output_tokens: 2000, reasoning: { effort: "low" } },
  anthropic: { max_tokens: 2000 },
  gemini: { temperature: 0.3, maxOutputTokens: 2000 },
};

function countTokens(session, { system, said, tools = [], answer }, isThought) {
  const { random, model } = session;
  const prompt = countAbout(system) + said.reduce((sum, one) => sum + countSaid(one), 0) + countAbout(JSON.stringify(tools));
  const shown = countSaid(answer) - countAbout(answer.thought ?? "");
  const reasoning = isThought ? Math.round(random.logNormal(190, 0.7)) : 0;
  // Providers cache prompts from about a thousand tokens on, by whole blocks.
  const cacheable = prompt < 1024 || model.usage === "mistral" ? 0 : Math.floor(prompt / 128) * 128;
  // What all sessions begin with is there already while the product is busy.
  const sharedTokens = random.chance(0.55) ? countAbout(system) + countAbout(JSON.stringify(tools)) : 0;
  const cached = Math.min(session.cachedTokens ?? Math.floor(sharedTokens / 128) * 128, cacheable);
  session.cachedTokens = cacheable;
  return { prompt, cached, written: cacheable - cached, completion: shown + reasoning, reasoning };
}

/** @param {import("./shapes.mjs").Said} said */
function countSaid(said) {
  switch (said.kind) {
    case "call":
      return 12 + countAbout(JSON.stringify(said.arguments)) + countAbout(said.thought ?? "");
    case "result":
      return 8 + countAbout(JSON.stringify(said.value));
    case "user":
      return 5 + countAbout(said.text) + (said.image === undefined ? 0 : 85);
    default:
      return 4 + countAbout(said.text) + countAbout(said.thought ?? "");
  }
}

function thoughtOf({ answer, said }) {
  if (answer.kind === "call")
    return `The customer needs something that I cannot know without looking. ${answer.name} tells me; I have all that it wants: ${Object.keys(answer.arguments).join(", ")}.`;
  const hasResult = said.some(({ kind }) => kind === "result");
  return hasResult
    ? "The tool has answered. I name the day and the amount as they stand there, promise nothing beyond them, and keep it short."
    : "No tool is needed. The handbook's passages cover it; I answer in the customer's language and name the passage.";
}
