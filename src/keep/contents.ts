import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { parseJson } from "../model/json";
import type { KeptContent, RecordingContent, StoredContent } from "../model/recording";
import { type Blob, blobKey, readBlob } from "./blobs";
import { openLanes } from "./lanes";
import { inlineMedia, linkMedia } from "./media";

/** How media come back: as the base64 that was posted, or as paths of `GET /v1/media/{sha256}`. */
export type MediaForm = "inline" | "links";

/**
 * Recordings with their whole contents, in the order given: what a row has no room for is fetched from the bucket, each object once.
 * @throws CollectorError `unavailable` where R2 did not answer.
 */
export async function wholeContents(
  kept: KeptContent[],
  deps: Pick<Deps, "archive">,
  media: MediaForm = "inline",
): Promise<StoredContent[]> {
  const inLane = openLanes(limits.blobLanes);
  const texts = new Map<string, Promise<string>>();
  // In each form apart: what is one recording's content may be another's medium.
  const textOf = async (blob: Blob, form: "utf8" | "base64"): Promise<string> => {
    const key = `${form} ${blobKey(blob)}`;
    const read = async () => {
      const bytes = await readBlob(blob, deps);
      return form === "utf8" ? new TextDecoder().decode(bytes) : bytes.toBase64();
    };
    const text = texts.get(key) ?? inLane(read);
    texts.set(key, text);
    return await text;
  };
  return await Promise.all(
    kept.map(async ({ keptText, payload, blobs, amended, ...stored }) => {
      const { projectId } = stored;
      const hashes = media === "links" ? [] : blobs.filter((sha256) => sha256 !== payload);
      const [text, ...base64s] = await Promise.all([
        payload === null ? keptText : textOf({ projectId, sha256: payload }, "utf8"),
        ...hashes.map(async (sha256) => await textOf({ projectId, sha256 }, "base64")),
      ]);
      if (text === null) throw new CollectorError("internal", "A content is not there.");
      const answer = (contentText: string) => ({
        ...stored,
        contentText: amended === null ? contentText : amendText(contentText, amended),
      });
      if (blobs.length === 0) return answer(text);
      if (media === "links") return answer(linkMedia(text));
      const base64Of = new Map(hashes.map((sha256, index) => [sha256, base64s[index]]));
      return answer(inlineMedia(text, (sha256) => base64Of.get(sha256) ?? missing()));
    }),
  );
}

/** A content with what came after it. Few have any, so it is parsed. */
function amendText(contentText: string, { evaluations, messages }: NonNullable<KeptContent["amended"]>): string {
  const content = parseJson(contentText) as RecordingContent;
  const evalResults = { ...content.eval_results, ...evaluations };
  return JSON.stringify({
    ...content,
    messages: [...content.messages, ...messages],
    ...(Object.keys(evalResults).length === 0 ? {} : { eval_results: evalResults }),
  });
}

function missing(): never {
  throw new CollectorError("internal", "A content names an object that its row does not.");
}
