import { writeConversation } from "./shapes.mjs";
import { thoughtOf } from "./thoughts.mjs";
import { countAbout, countSaid, reportUsage } from "./tokens.mjs";
import { makeFailure, troubleAt } from "./trouble.mjs";

/**
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
 * @param {import("./session.mjs").Session} session
 * @param {Asking} asking
 * @returns {{ id: string, answer: Asking["answer"] } | null} the recording's id, and the answer as it came; null where none did
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

function recordAnswer(session, asking, slowness) {
  const { random, model } = session;
  const isText = asking.answer.kind === "answer";
  const isThought = random.chance(model.thinks);
  const isCut = isText && asking.fields?.output_schema === undefined && random.chance(0.012);
  const answer = { ...asking.answer, ...(isThought ? { thought: thoughtOf(random, asking) } : {}) };
  if (isCut) answer.text = answer.text.slice(0, Math.ceil(answer.text.length * 0.6));
  const counts = countTokens(session, { ...asking, answer });
  const firstTokenMs = random.logNormal(model.firstTokenMs, 0.35) * slowness;
  const writingMs = (counts.completion / model.tokensPerSecond) * 1000 * random.logNormal(1, 0.18) * slowness;
  const isStream = session.environment === "production" && isText && asking.apiStyle === undefined;
  // OpenAI's chat tells a stream's usage only where it is asked to, which not everybody knows.
  const isSilent = isStream && model.usage === "openai" && random.chance(0.4);
  const id = keep(session, asking, [...asking.said, answer], {
    latencyMs: Math.round(firstTokenMs + writingMs),
    parameters: isStream ? { stream: true, time_to_first_token_ms: Math.round(firstTokenMs) } : {},
    usage: isSilent ? undefined : reportUsage(model.usage, counts),
    outcome: { response_info: { is_complete: !isCut, ...(model.shape === "functions" ? functionCallOf(answer) : {}) } },
  });
  return { id, answer };
}

/** Who calls by the old functions records the call beside the messages too. */
function functionCallOf(answer) {
  if (answer.kind !== "call") return {};
  return { function_call_response: { name: answer.name, arguments: JSON.stringify(answer.arguments) } };
}

function recordFailure(session, asking, isOutage) {
  const { error, latencyMs } = makeFailure(session.random, session.model, isOutage);
  keep(session, asking, asking.said, {
    latencyMs,
    parameters: {},
    usage: undefined,
    outcome: { response_info: { is_complete: false }, error },
  });
}

/** Adds a recording to the session, whose clock moves to its end. */
function keep(session, asking, said, { latencyMs, parameters, usage, outcome }) {
  const { model, metadata, environment, prompt, promptVersion } = session;
  const { messages, parameters: instructions, toolSchema } = writeConversation(model.shape, { ...asking, said });
  const startMs = session.atMs;
  session.atMs += latencyMs;
  const body = {
    id: `${session.id}-${session.recordings.length + 1}`,
    all_messages: messages,
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
      model_parameters: { ...usualParameters[model.shape], ...instructions, ...asking.parameters, ...parameters },
      ...(usage === undefined ? {} : { usage }),
      ...(asking.apiStyle === undefined ? {} : { api_style: asking.apiStyle }),
    },
    ...(toolSchema === undefined ? {} : { tool_schema: toolSchema }),
    ...asking.fields,
    ...outcome,
  };
  session.recordings.push({ atMs: session.atMs, body });
  return body.id;
}

/** Models that reason take no temperature. */
const usualParameters = {
  chat: { temperature: 0.3, max_tokens: 800 },
  functions: { temperature: 0.3, max_tokens: 800 },
  responses: { max_output_tokens: 2000, reasoning: { effort: "low" } },
  anthropic: { max_tokens: 2000 },
  gemini: { temperature: 0.3, maxOutputTokens: 2000 },
};

function countTokens(session, { system, said, tools = [], answer }) {
  const { random, model } = session;
  const prompt = countAbout(system) + said.reduce((sum, one) => sum + countSaid(one), 0) + countAbout(JSON.stringify(tools));
  const shown = countSaid(answer) - countAbout(answer.thought ?? "");
  const reasoning = answer.thought !== undefined ? Math.round(random.logNormal(190, 0.7)) : 0;
  // Providers cache prompts from about a thousand tokens on, by whole blocks.
  const cacheable = prompt < 1024 || model.usage === "mistral" ? 0 : Math.floor(prompt / 128) * 128;
  // What all sessions begin with is there already while the product is busy.
  const sharedTokens = random.chance(0.55) ? countAbout(system) + countAbout(JSON.stringify(tools)) : 0;
  const cached = Math.min(session.cachedTokens ?? Math.floor(sharedTokens / 128) * 128, cacheable);
  session.cachedTokens = cacheable;
  return { prompt, cached, written: cacheable - cached, completion: shown + reasoning, reasoning };
}
