import type { JsonObject, Message } from "../record-payload";
import { isObject, textOf } from "./asked";

/** What an answer says, as the data model has it. */
export interface Answered {
  messages: Message[];
  /** As the provider reports it. */
  usage?: object | undefined;
  model?: string | undefined;
  provider?: string;
  isComplete?: boolean;
}

/** An answer of a client: of OpenAI's chat and Responses, of Anthropic's messages, of the AI SDK; or else what can be made of it. */
export async function readAnswer(answer: unknown): Promise<Answered> {
  if (typeof answer === "string") return { messages: answer === "" ? [] : [{ role: "assistant", content: answer }] };
  if (!isObject(answer)) return { messages: [] };
  if ("finishReason" in answer) return await readAiSdk(answer as unknown as AiSdkResult);
  // As `withResponse()` gives it.
  if (answer["response"] instanceof Response) return await readAnswer(answer["data"]);
  const { usage, model } = answer as { usage?: object; model?: string };
  const reported = { usage: isObject(usage) ? usage : undefined, model: typeof model === "string" ? model : undefined };
  const { choices, output, content } = answer;
  if (Array.isArray(choices)) {
    const [{ message, finish_reason: reason } = {}] = choices.filter(isObject) as { message?: Message; finish_reason?: string | null }[];
    return { ...reported, provider: "openai", messages: message ? [message] : [], isComplete: !isCut(reason) };
  }
  if (Array.isArray(output)) {
    return { ...reported, provider: "openai", messages: output.filter(isObject), isComplete: answer["status"] === "completed" };
  }
  if (answer["type"] === "message" && Array.isArray(content)) {
    const messages = [{ role: "assistant", content }];
    return { ...reported, provider: "anthropic", messages, isComplete: !isCut(answer["stop_reason"]) };
  }
  return { ...reported, messages: [] };
}

/** A result of generateText or generateObject; a stream's has promises of the same. */
interface AiSdkResult {
  finishReason: string | PromiseLike<string>;
  totalUsage?: Usage | PromiseLike<Usage>;
  usage: Usage | PromiseLike<Usage>;
  response: AiSdkResponse | PromiseLike<AiSdkResponse>;
  /** Of all steps, where it is there: `response` has those of the last alone. */
  responseMessages?: Message[] | PromiseLike<Message[]>;
  object?: unknown;
}

type Usage = Record<string, unknown>;

interface AiSdkResponse {
  modelId?: string;
  messages?: Message[];
}

async function readAiSdk(result: AiSdkResult): Promise<Answered> {
  const reason = await result.finishReason;
  const usage = await (result.totalUsage ?? result.usage);
  const { modelId, messages } = await result.response;
  const all = (await result.responseMessages) ?? messages ?? [{ role: "assistant", content: JSON.stringify(await result.object) }];
  return { messages: all, usage, model: modelId, isComplete: !isCut(reason) };
}

/** Whether a finish reason, in whichever provider's words, is none of an answer that came to its end. */
function isCut(reason: unknown): boolean {
  return typeof reason !== "string" || ["length", "max_tokens", "error", "other", "unknown"].includes(reason);
}

/** The one function that an answer calls, in whichever provider's words. */
export function functionCallOf(messages: Message[]): { name: string; arguments: string } | undefined {
  const calls = (messages as JsonObject[]).flatMap(({ type, name, arguments: args, content, tool_calls: more }): JsonObject[] => {
    if (type === "function_call") return [{ name, input: args }];
    const wrapped = Array.isArray(more) ? (more.filter(isObject) as { function?: JsonObject }[]) : [];
    const parts = Array.isArray(content) ? content.filter(isObject) : [];
    return [
      ...wrapped.map((call) => ({ name: call.function?.["name"], input: call.function?.["arguments"] })),
      ...parts.filter((part) => part["type"] === "tool_use").map((part) => ({ name: part["name"], input: part["input"] })),
      ...parts.filter((part) => part["type"] === "tool-call").map((part) => ({ name: part["toolName"], input: part["input"] })),
    ];
  });
  const [call] = calls;
  if (call === undefined || calls.length > 1) return undefined;
  const { name, input } = call;
  return { name: textOf(name), arguments: typeof input === "string" ? input : JSON.stringify(input ?? {}) };
}
