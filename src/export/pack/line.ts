import type { ExportContent } from "../../model/destination";
import type { JsonObject } from "../../model/json";
import type { StoredContent } from "../../model/recording";
import { recordingHead, recordingText } from "../../model/recording-wire";
import { toIso } from "../../model/time";
import { contentOf, contentTextOf } from "./content";
import type { DeletedRow, ExportRow } from "./export-row";
import { metadataOf } from "./metadata-only";

/** A row as a line of NDJSON, with the newline. A whole recording is its two texts joined: nothing is parsed. */
export function exportLine(row: ExportRow, content: ExportContent): string {
  if (row.isDeleted) return tombstoneLine(row);
  if (content === "full") return `${recordingText({ ...row.recording, contentText: contentTextOf(row.recording) })}\n`;
  return metadataLine(row.recording, metadataOf(contentOf(row.recording)), "metadata_only");
}

/** The line of a row whose own does not fit into a webhook's body: with its metadata, or with the head alone. */
export function omittedLine(row: ExportRow, left: "metadata" | "head"): string {
  if (row.isDeleted) return tombstoneLine(row);
  return metadataLine(row.recording, left === "head" ? {} : metadataOf(contentOf(row.recording)), "too_large");
}

function metadataLine(recording: StoredContent, metadata: JsonObject, contentOmitted: "metadata_only" | "too_large"): string {
  // What users say may be content too.
  return `${JSON.stringify({ ...recordingHead({ ...recording, feedback: null }), ...metadata, content_omitted: contentOmitted })}\n`;
}

function tombstoneLine({ id, projectId, seq, committedUs }: DeletedRow): string {
  return `${JSON.stringify({ id, project_id: projectId, seq, deleted: true, deleted_at: toIso(committedUs) })}\n`;
}
