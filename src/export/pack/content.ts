import { parseJson } from "../../model/json";
import type { RecordingContent, StoredContent } from "../../model/recording";

/** Half a surrogate pair as `JSON.stringify` prints it; a backslash that is itself escaped begins none. */
const half = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * A recording's content as it goes out: as it is stored, but for halves of surrogate pairs, which become U+FFFD.
 * They are what is left of an emoji that a client cut in two. The API answers them as they came, but DuckDB refuses
 * a whole file for one, and in Parquet's own strings they cannot be.
 */
export function contentTextOf({ contentText }: StoredContent): string {
  return contentText.includes("\\ud") ? contentText.replaceAll(half, "$1\\ufffd") : contentText;
}

/** The same, parsed. */
export function contentOf(recording: StoredContent): RecordingContent {
  return parseJson(contentTextOf(recording)) as RecordingContent;
}
