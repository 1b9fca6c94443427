import type { JsonObject, Message } from "../record-payload";
import { readAiSdk } from "./ai-sdk";
import { isObject, textOf } from "./asked";
import { isCut } from "./finish-reason";

/** What an answer says, as the data model has it. */
export interface Answered {
  messages: Message[];
  /** As the provider reports it. */
  usage?: object | undefined;
  model?: string | undefined;
  provider?: string;
  isComplete?: boolean;
  /** Of an answer that tells of a failure. */
  error?: unknown;
}

/** An answer of a client: of OpenAI's chat and Responses, of Anthropic's messages, of the AI SDK; or else what can be made of it. */
export async function readAnswer(answer: unknown): Promise<Answered> {
  if (isObject(answer) && "finishReason" in answer) return await readAiSdk(answer);
  const { type, usage, model, choices, output, content, status, error, stop_reason: reason, response, text } = Object(answer) as JsonObject;
  const reported = { usage: usage as object, model: textOf(model) || undefined, error };
  if (Array.isArray(choices)) {
    const made = choices as ({ message?: Message; finish_reason?: string } | null)[];
    const isComplete = made.length > 0 && made.every((choice) => !isCut(choice?.finish_reason));
    return { ...reported, provider: "openai", messages: made.flatMap((choice) => choice?.message ?? []), isComplete };
  }
  if (Array.isArray(output))
    return { ...reported, provider: "openai", messages: output.filter(isObject), isComplete: status === "completed" };
  if (type === "message") return { ...reported, provider: "anthropic", messages: [assistant(content)], isComplete: !isCut(reason) };
  // A text, as Workers AI has it, and many others.
  const said = [answer, response, text].find((value) => typeof value === "string");
  return { ...reported, messages: said ? [assistant(said)] : [] };
}

function assistant(content: unknown): Message {
  return { role: "assistant", content };
}

/** The one function that an answer calls, in whichever provider's words. */
export function functionCallOf(messages: Message[]): { name: string; arguments: string } | undefined {
  const parts = (messages as JsonObject[]).flatMap((message) => [message, ...listOf(message["tool_calls"]), ...listOf(message["content"])]);
  const calls = parts.filter((part) => part?.["function"] ?? /^(?:function_call|tool[-_](?:use|call))$/.test(textOf(part?.["type"])));
  const [call] = calls;
  if (!call || calls.length > 1) return undefined;
  const { name, toolName, arguments: text, input = {} } = (call["function"] ?? call) as JsonObject;
  const given = text ?? input;
  return { name: textOf(name ?? toolName), arguments: typeof given === "string" ? given : JSON.stringify(given) };
}

function listOf(value: unknown): (JsonObject | null)[] {
  return Array.isArray(value) ? value : [];
}
