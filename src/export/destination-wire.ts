import type { Destination, DestinationTarget } from "../model/destination";
import type { JsonObject } from "../model/json";
import { toIso } from "../model/time";

/** A destination in the collector's own JSON, without its secrets. */
export function destinationAnswer(destination: Destination): JsonObject {
  const { selection } = destination;
  return {
    id: destination.id,
    label: destination.label,
    ...targetAnswer(destination.target),
    project_id: selection.projectId,
    environment: selection.environment,
    format: selection.format,
    content: selection.content,
    ...(destination.target.kind === "webhook" ? {} : { prefix: selection.prefix }),
    paused: destination.isPaused,
    generation: destination.generation,
    cursor_seq: destination.cursorSeq,
    failures: destination.failures,
    held_until: destination.failures === 0 ? null : toIso(destination.heldUntilUs),
    created_at: toIso(destination.createdUs),
    updated_at: toIso(destination.updatedUs),
  };
}

function targetAnswer(target: DestinationTarget): JsonObject {
  if (target.kind === "s3") {
    const { kind, endpoint, region, bucket, accessKeyId } = target;
    return { kind, endpoint, region, bucket, access_key_id: accessKeyId };
  }
  return target.kind === "webhook" ? { kind: target.kind, url: target.url } : { kind: target.kind };
}
