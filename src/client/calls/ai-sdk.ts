import type { JsonObject, Message } from "../record-payload";
import type { Answered } from "./answered";
import { textOf } from "./asked";
import { isCut } from "./finish-reason";

/** A result of generateText or generateObject, or the error of the latter; a stream's has promises of the same. */
interface AiSdkResult {
  finishReason: string | PromiseLike<string>;
  totalUsage?: Usage | PromiseLike<Usage>;
  usage: Usage | PromiseLike<Usage>;
  response: AiSdkResponse | PromiseLike<AiSdkResponse>;
  /** Of all steps, where it is there: `response` has those of the last alone. */
  responseMessages?: Message[] | PromiseLike<Message[]>;
  /** What generateObject made; its error has the text that was none. */
  object?: unknown;
  text?: unknown;
}

type Usage = Record<string, unknown>;

interface AiSdkResponse {
  modelId?: string;
  messages?: Message[];
}

/** What went by of a stream. */
interface Seen {
  text: string;
  error?: unknown;
}

/** Reads a result of the AI SDK; of a stream that fails, what came until then, and why: its promises tell of neither. */
export async function readAiSdk(answer: JsonObject): Promise<Answered> {
  const result = answer as unknown as AiSdkResult;
  const seen = seeStream(answer);
  try {
    const isComplete = !isCut(await result.finishReason);
    const usage = await (result.totalUsage ?? result.usage);
    const { modelId, messages } = await result.response;
    const all = (await result.responseMessages) ?? messages;
    const content = result.text ?? JSON.stringify(await result.object);
    return { messages: all ?? [{ role: "assistant", content }], usage, model: modelId, isComplete, error: seen.error };
  } catch (error) {
    return { messages: seen.text ? [{ role: "assistant", content: seen.text }] : [], error: seen.error ?? error };
  }
}

/** Looks on at what all of a stream's readers are given. */
function seeStream(result: JsonObject): Seen {
  const seen: Seen = { text: "" };
  const { baseStream } = result;
  if (baseStream instanceof ReadableStream && !baseStream.locked) {
    const transform = new TransformStream<{ part?: JsonObject } | undefined>({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        const { type, text, error } = chunk?.part ?? {};
        if (type === "text-delta") seen.text += textOf(text);
        if (type === "error") seen.error = error;
      },
    });
    result["baseStream"] = baseStream.pipeThrough(transform);
  }
  return seen;
}
