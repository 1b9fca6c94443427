import type { JsonObject } from "./json";
import type { StoredContent, TakenRecording } from "./recording";
import { latencyMs, toIso } from "./time";
import { usageAnswer } from "./usage-wire";

/** What the collector found out or decided about a recording, in its own JSON: the head of every answer. */
export function recordingHead(recording: TakenRecording): JsonObject {
  const { usage, cost } = recording;
  return {
    id: recording.id,
    project_id: recording.projectId,
    session_id: recording.sessionId,
    usage: usageAnswer(usage),
    cost_usd: cost.nanoUsd === null ? null : cost.nanoUsd / 1e9,
    cost_nano_usd: cost.nanoUsd,
    cost_source: cost.source,
    price_version: cost.priceVersion,
    priced_as: cost.pricedAs,
    latency_ms: latencyMs(recording.startedUs, recording.endedUs),
    started_at: toIso(recording.startedUs),
    ended_at: toIso(recording.endedUs),
    received_at: toIso(recording.receivedUs),
    feedback: recording.feedback,
    seq: recording.seq,
    version: recording.version,
  };
}

/**
 * A whole recording as JSON text: the head, then the content as it was stored. The texts are joined, not
 * parsed and printed again, so that what was posted comes back to the letter, and reading costs next to nothing.
 */
export function recordingText(recording: StoredContent): string {
  return `${JSON.stringify(recordingHead(recording)).slice(0, -1)},${recording.contentText.slice(1)}`;
}

/** The same of a recording that is not in D1 yet: it says so. */
export function spooledText(recording: TakenRecording, contentText: string): string {
  const head = { ...recordingHead(recording), status: "spooled" };
  return `${JSON.stringify(head).slice(0, -1)},${contentText.slice(1)}`;
}
