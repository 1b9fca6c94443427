import { type Answered, functionCallOf, readAnswer } from "./calls/answered";
import { type Asked, isObject, readRequest, textOf } from "./calls/asked";
import { createDeltas } from "./calls/deltas";
import { unwrap, watchStream } from "./calls/watch";
import type { JsonObject, RecordPayload } from "./record-payload";
import type { Recorder } from "./recorder";

/** What a call is recorded with: the recorder, and any fields of the recording that are to be added, or to stand over what was found. */
export interface CallAbout extends Partial<RecordPayload> {
  recorder: Pick<Recorder, "record">;
  /** Where the call goes, if it is not what its shape says: another provider takes the same requests, for instance. */
  provider?: string;
  model?: string;
  /** Told of the recording's id, once it is made. */
  onRecord?: (id: string) => void;
}

/**
 * Makes a call of an LLM and records it: `call(request)`, whose answer, or stream, or error comes back as it is. The request and the
 * answer are those of the openai, @anthropic-ai/sdk and AI SDK clients. A stream is recorded once it ends, fails or is left; one of
 * the AI SDK is read to its end for it.
 * @throws what `call` throws, and nothing else.
 */
export async function recordCall<const Request, Answer>(
  request: Request,
  call: (request: Writable<Request>) => Answer | PromiseLike<Answer>,
  about: CallAbout,
): Promise<Awaited<Answer>> {
  const finish = beginRecording(request, about);
  try {
    const answer = await call(request as Writable<Request>);
    if (!watch(answer, finish)) void finish(() => answer);
    return answer;
  } catch (error) {
    void finish(() => undefined, error);
    throw error;
  }
}

/**
 * The type of a request that is written in place, as `const` keeps it, but without its `readonly`, which the providers' clients do not take.
 * What has a declared type stays as it is: a class would lose its private fields.
 */
type Writable<Value> = Value extends unknown[]
  ? Value
  : Value extends readonly unknown[]
    ? { -readonly [Index in keyof Value]: Writable<Value[Index]> }
    : Value extends object
      ? IsSame<Value, Readonly<Value>> extends true
        ? { -readonly [Key in keyof Value]: Writable<Value[Key]> }
        : Value
      : Value;
/** Whether two types are one, down to `readonly`, which no assignment tells. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- Two such functions are compared by the identity of their conditions.
type IsSame<One, Other> = (<Any>() => Any extends One ? 1 : 2) extends <Any>() => Any extends Other ? 1 : 2 ? true : false;

type Finish = (answer: () => unknown, error?: unknown) => Promise<void>;

/** Whether `value` is a stream, that is recorded when it ends. */
function watch(value: unknown, finish: Finish): boolean {
  try {
    const { add, answer } = createDeltas();
    return watchStream(unwrap(value), { add, end: (error) => void finish(answer, error) });
  } catch {
    return false;
  }
}

/** Reads the request now, and records it the first time that it is told how the call ended. Never throws, and never rejects. */
function beginRecording(request: unknown, about: CallAbout): Finish {
  const startTime = Date.now() / 1000;
  let isDone = false;
  let asked: Asked;
  try {
    asked = readRequest(request);
  } catch {
    // It does not let itself be read.
    asked = readRequest({});
  }
  return async (answer, thrown) => {
    if (isDone) return;
    isDone = true;
    try {
      const { recorder, onRecord, provider, model, ...more } = about;
      const { call } = asked;
      // The AI SDK's error of an answer that fits no schema tells all of it.
      const read = readAnswer(isObject(thrown) && "finishReason" in thrown ? thrown : unwrap(answer()));
      const answered = await read.catch((): Answered => ({ messages: [] }));
      const error = thrown ?? answered.error;
      const payload = {
        allMessages: [...asked.messages, ...answered.messages],
        toolSchema: asked.toolSchema,
        outputSchema: (await asked.outputFormat).schema,
        responseInfo: { isComplete: error ? false : answered.isComplete, functionCallResponse: functionCallOf(answered.messages) },
        error: error ? errorOf(error) : undefined,
        ...more,
        callInfo: {
          startTime,
          // The AI SDK's results are known when its stream has ended.
          endTime: Date.now() / 1000,
          modelParameters: asked.modelParameters,
          usage: answered.usage,
          ...more.callInfo,
          provider: provider ?? call.provider ?? answered.provider ?? call.guess,
          model: model ?? answered.model ?? call.model,
        },
      };
      // What is undefined there is not there.
      const id = recorder.record(payload as RecordPayload);
      onRecord?.(id);
    } catch {
      // The caller's call is done, whatever becomes of its recording.
    }
  };
}

/** In the provider's words, where it has some. */
function errorOf(thrown: unknown): { type: string; message: string } {
  const { type, code, name, message }: JsonObject = isObject(thrown) ? thrown : { name: typeof thrown, message: String(thrown) };
  return { type: textOf(type) || textOf(code) || textOf(name), message: textOf(message) };
}
