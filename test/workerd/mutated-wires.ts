import { type Answer, wholePayload } from "./collector";
import { marker } from "./mutate";
import { sdkCompletions } from "./sdk-completions";

export type MutatedWire = "single" | "array" | "lines" | "freeplay";
export const mutatedWires: MutatedWire[] = ["single", "array", "lines", "freeplay"];

/** A body that would be accepted, in one of its wire's shapes. */
export function validBody(wire: MutatedWire, choice: number, project: string): unknown {
  if (wire === "freeplay") return JSON.parse([...completions, jvmCompletion][choice % (completions.length + 1)] ?? "");
  if (wire === "single") return validItem(choice, project);
  return [0, 1, 2].map((index) => validItem(choice + index, project));
}

export function textOf(wire: MutatedWire, body: unknown): string {
  return wire === "lines" && Array.isArray(body) ? body.map((item) => JSON.stringify(item)).join("\n") : JSON.stringify(body);
}

/** A body with a nest of some depth at one place. */
export function nestedText(wire: MutatedWire, place: string, nest: string, project: string): string {
  if (place === "body" || place === "end") return nest;
  const head = wire === "freeplay" ? "" : `"project_id":"${project}",`;
  const messages =
    place === "messages" ? nest : place === "message" ? `[${nest}]` : `[{"role":"user","content":${place === "content" ? nest : '"x"'}}]`;
  const rest =
    { inputs: `,"inputs":${nest}`, metadata: `,"session_info":{"custom_metadata":{"a":${nest}}}`, unknown: `,"more":${nest}` }[place] ?? "";
  const item = `{${head}"messages":${messages}${rest}}`;
  return wire === "array" ? `[${item}]` : item;
}

/** A body with a long text under one key. */
export function bodyWith(wire: MutatedWire, key: string, long: string, project: string): unknown {
  const item: Answer = { messages: [{ role: "user", content: key === "content" ? long : "x" }] };
  if (wire !== "freeplay") item["project_id"] = project;
  if (key === "metadata") item["session_info"] = { custom_metadata: { [marker]: long } };
  if (key === "model") item["call_info"] = { provider: "p", model: long };
  if (key === "id") item["id"] = long;
  if (key === "unknown") item["more"] = [long];
  return wire === "array" || wire === "lines" ? [item, { ...item }] : item;
}

const completions = sdkCompletions.map(({ body }) => JSON.stringify(body));
const jvmCompletion = JSON.stringify({
  completion_id: null,
  messages: [{ role: "assistant", content: "x" }],
  inputs: { q: "why" },
  media_inputs: {},
  session_info: { session_id: "session-1", custom_metadata: { a: 1 } },
  call_info: { provider: "openai", model: "gpt-4o", start_time: 1.5e9, end_time: 1.6e9, model_parameters: { top_p: 1 }, usage: null },
  response_info: { is_complete: true, function_call: { name: "f", arguments: "{}" }, prompt_tokens: 0, response_tokens: 0 },
  test_run_info: null,
});

function validItem(choice: number, project: string): Answer {
  const item = wholePayload(project);
  const smaller = { project_id: project, all_messages: item["all_messages"], call_info: item["call_info"] };
  const camel = {
    projectId: project,
    allMessages: item["all_messages"],
    callInfo: { provider: "p", model: "m", startTime: 1, endTime: 2 },
  };
  return JSON.parse(JSON.stringify([item, smaller, camel, { ...item, id: `id-${choice}` }][choice % 4])) as Answer;
}
