import * as z from "zod";
import { parseJson, type JsonObject } from "./json";
import { onFirstUse } from "./on-first-use";
import type { EnrichedRecording, TakenRecording } from "./recording";

/**
 * A recording as it waits in the spool or in the Queue: JSON that a later deploy reads too. The metadata is text, since its
 * numbers may be larger than JSON's readers take.
 */
const spooledRecording = onFirstUse(() => {
  const numberOrNull = z.number().nullable();
  const textOrNull = z.string().nullable();
  const notes = z.array(z.string());
  const tokenSource = z.enum(["reported", "estimated", "deferred", "missing"]);
  const estimate = z.object({
    plainTokens: z.number(),
    encoding: z.string(),
    method: z.string(),
    errorPct: numberOrNull,
    notes,
    calibration: z.object({ ratio: z.number(), calls: z.number() }).nullable(),
  });
  const side = z.object({ tokens: numberOrNull, source: tokenSource, estimate: estimate.nullable() });
  const reported = z.object({
    promptTokens: numberOrNull,
    completionTokens: numberOrNull,
    cacheReadTokens: numberOrNull,
    cacheReadAudioTokens: numberOrNull,
    cacheWriteTokens: numberOrNull,
    cacheWrite1hTokens: numberOrNull,
    inputAudioTokens: numberOrNull,
    reasoningTokens: numberOrNull,
    outputAudioTokens: numberOrNull,
    billed: z.exactOptional(z.object({ promptTokens: z.number(), completionTokens: z.number() })),
    notes: z.exactOptional(notes),
  });
  return z.object({
    version: z.literal(1),
    projectId: z.string(),
    id: z.string(),
    sessionId: z.string(),
    // Recordings that an older version spooled have neither.
    parentId: textOrNull.default(null),
    testRunId: textOrNull.default(null),
    receipt: z.string(),
    provider: textOrNull,
    model: textOrNull,
    environment: textOrNull,
    apiStyle: textOrNull,
    startedUs: numberOrNull,
    endedUs: numberOrNull,
    receivedUs: z.number(),
    sessionMetadata: textOrNull,
    usage: z.object({ prompt: side, completion: side, reported }),
    cost: z.object({
      nanoUsd: numberOrNull,
      source: z.enum(["priced", "unpriced", "overridden", "free"]),
      priceVersion: textOrNull,
      pricedAs: textOrNull,
    }),
    text: z.object({ messages: z.array(z.string()), rest: z.string() }),
    contentBytes: z.number(),
  });
});
export type SpooledRecording = z.infer<ReturnType<typeof spooledRecording>>;

/** A recording in the form that waits. */
export function toSpooled({ sessionMetadata, ...recording }: EnrichedRecording): SpooledRecording {
  return { version: 1, ...recording, sessionMetadata: sessionMetadata === null ? null : JSON.stringify(sessionMetadata) };
}

/** The recording of a form that waited; null where it is none that is known here. */
export function fromSpooled(value: unknown): EnrichedRecording | null {
  const parsed = spooledRecording().safeParse(value);
  if (!parsed.success) return null;
  const { version: _, sessionMetadata, ...recording } = parsed.data;
  try {
    return { ...recording, sessionMetadata: sessionMetadata === null ? null : (parseJson(sessionMetadata) as JsonObject) };
  } catch {
    return null;
  }
}

/** The same of its text. */
export function parseSpooled(text: string): EnrichedRecording | null {
  try {
    return fromSpooled(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What is answered of a recording that waits: it has its first version, and no place in the log. */
export function takenOf(recording: EnrichedRecording): TakenRecording {
  const { projectId, id, sessionId, provider, model, apiStyle, startedUs, endedUs, receivedUs, usage, cost } = recording;
  const known = { projectId, id, sessionId, provider, model, apiStyle, startedUs, endedUs, receivedUs, usage, cost };
  return { ...known, seq: null, version: 1, feedback: null };
}
