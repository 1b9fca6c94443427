import { Hono } from "hono";
import { checkPlain, readBytes, readJson } from "../admit/body";
import { admitSenderByAddress } from "../admit/principal";
import { beaconPath, type Deps, type Http } from "../env";
import { amend, ingestOne } from "../ingest";
import { limits } from "../limits";
import type { Json } from "../model/json";
import type { Principal } from "../model/key";
import { amendmentFromFeedbackItem, isFeedbackItem } from "./feedback-item";
import { saysAnything } from "./feedback-wire";
import { type ReadItem, receiveItems } from "./items";
import { recordingFromPayload } from "./records-wire";
import { notePosted } from "./refused-post";

/**
 * `POST /v1/r`: recordings and feedback as a page sends them when it is left. Nothing of it makes a browser ask first, and its
 * answer has no body where there is nothing to say, nor a `Cache-Control: no-store`: Chromium counts the body of such an answer
 * against what a page may have in flight, for as long as nobody reads it.
 */
export const beacon = new Hono<Http>();

beacon.post(beaconPath, async (c) => {
  const { deps } = c.var;
  const principal = await admitSenderByAddress(c, deps);
  checkPlain(c);
  // The headers may not say that it is packed, or the browser would ask first.
  const body = readJson(await readBytes(c, limits.bodyBytesMax, true));
  if (Array.isArray(body)) {
    const reader = { json: (one: Json) => one, item: (one: Json) => readItem(one, principal, deps), isRecording: isNoFeedback };
    const answer = await receiveItems(body, reader, principal, c);
    return answer.rejected > 0 ? c.json(answer) : c.body(null, 204);
  }
  if (isNoFeedback(body)) notePosted(c, principal, body);
  else c.set("posted", { projectId: null, id: null, isCounted: true });
  const read = readItem(body, principal, deps);
  if ("recording" in read) await ingestOne(read.recording, deps);
  else if (saysAnything(read.amendment)) await amend(read.amendment, deps);
  return c.body(null, 204);
});

/** The ledger counts recordings alone, and so their refusals. */
function isNoFeedback(body: Json): boolean {
  return !isFeedbackItem(body);
}

/** A recording; or feedback: the id of a recording, and what is said of it. */
function readItem(body: Json, principal: Principal, deps: Deps): ReadItem {
  return isFeedbackItem(body)
    ? { amendment: amendmentFromFeedbackItem(body, principal, deps) }
    : { recording: recordingFromPayload(body, principal, deps) };
}
