import { answerMessages, promptMessages, times } from "./messages.mjs";

/**
 * The recordings of a session as Freeplay's `GET /api/v2/projects/{project}/sessions` lists it.
 *
 * @param {Record<string, any>} session
 * @returns {object[]}
 */
export function recordingsOfFreeplay(session) {
  return session.messages.flatMap((completion) => {
    const messages = [...promptMessages(completion.prompt), ...answerMessages(completion.response)];
    return completion.model_name && messages.length > 0 ? [recordingOf(session, completion, messages)] : [];
  });
}

function recordingOf(session, completion, messages) {
  const { customer_feedback: feedback, evaluation_results: evaluations, notes } = completion;
  return {
    id: completion.completion_id,
    all_messages: messages,
    inputs: completion.input_variables ?? {},
    parent_id: completion.trace_id ?? null,
    session_info: { session_id: session.session_id, custom_metadata: session.custom_metadata ?? {} },
    environment: completion.environment ?? null,
    prompt_info: completion.prompt_template_name ? { prompt_template_name: completion.prompt_template_name } : null,
    call_info: {
      provider: completion.provider_name || "unknown",
      model: completion.model_name,
      ...times(completion.start_time, completion.end_time),
    },
    eval_results: Object.fromEntries((completion.client_evaluation_results ?? []).map(({ name, value }) => [name, value])),
    freeplay: { customer_feedback: feedback, evaluation_results: evaluations, notes },
  };
}
