/** Recordings of every shape that comes in, in posts of so many: with and without usage, tools, cached tokens, errors, several projects. */
export function mixedRecordings(total: number, perPost: number): object[][] {
  const recordings = Array.from({ length: total }, (_, index) => mixedRecording(index));
  return Array.from({ length: Math.ceil(total / perPost) }, (_, post) => recordings.slice(post * perPost, (post + 1) * perPost));
}

const projects = ["shop:eu", "shop:us", "chat@home", "p_4"];
const models = [
  ["openai", "gpt-4o-mini"],
  ["anthropic", "claude-3-5-sonnet-latest"],
  ["google", "gemini-2.0-flash"],
  ["nobody", "unknown-model"],
] as const;

function mixedRecording(index: number): object {
  const shape = index % 10;
  const [provider, model] = models[index % models.length] ?? models[0];
  const call = { provider, model, start_time: 1_767_323_045.5 + index, end_time: 1_767_323_046.25 + index };
  const base = {
    project_id: projects[(index * 7) % projects.length],
    id: `mixed-${index}`,
    all_messages: [
      { role: "user", content: `Question ${index}: ${"why is the sky blue? ☀️ ".repeat(1 + (index % 13))}` },
      { role: "assistant", content: index % 3 === 0 ? "Rayleigh scattering." : [{ type: "text", text: "天空は青い" }] },
    ],
  };
  switch (shape) {
    case 0:
      return base;
    case 1:
      return {
        ...base,
        call_info: call,
        environment: "prod",
        session_info: { session_id: `s-${index % 50}`, custom_metadata: { big: 2 ** 53, user: `u${index}` } },
      };
    case 2:
      return {
        ...base,
        call_info: { ...call, usage: { prompt_tokens: 120, completion_tokens: 30, prompt_tokens_details: { cached_tokens: 100 } } },
      };
    case 3:
      return {
        ...base,
        call_info: { ...call, usage: { prompt_tokens: 0, completion_tokens: 0 } },
        error: { type: "timeout", message: "took too long" },
      };
    case 4:
      return {
        ...base,
        call_info: call,
        response_info: { is_complete: false, function_call_response: { name: "get", arguments: '{"a":1}' } },
      };
    case 5:
      return {
        ...base,
        call_info: { ...call, model_parameters: { temperature: 0.2 } },
        tool_schema: [{ type: "function", function: { name: "get", parameters: {} } }],
      };
    case 6:
      return {
        ...base,
        inputs: { nested: { list: [1, null, "x"] } },
        test_run_info: { test_run_id: "run-1", test_case_id: `case-${index}` },
      };
    case 7:
      return { ...base, own_field: { kept: true }, eval_results: { helpful: true, score: 0.9 } };
    case 8:
      return { ...base, call_info: call, environment: "test", inputs: { long: "x".repeat(20_000) } };
    default:
      return {
        ...base,
        all_messages: [{ role: "user", parts: [{ text: `Part ${index} \u{1F600} "quoted" \\ line\nbreak` }] }],
        parent_id: "trace-1",
      };
  }
}
