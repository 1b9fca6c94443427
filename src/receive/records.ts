import { type Context, Hono } from "hono";
import { bodyForm, readBytes, readJson, splitLines } from "../admit/body";
import { admitSender } from "../admit/principal";
import type { Http } from "../env";
import { CollectorError, errorAnswer, toCollectorError } from "../errors";
import { ingest, ingestOne } from "../ingest";
import { noteRefusals, refusalOf } from "../keep/refusals";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { Json } from "../model/json";
import type { Principal } from "../model/key";
import type { Recording } from "../model/recording";
import type { Refusal } from "../model/refusal";
import { recordingHead } from "../model/recording-wire";
import { recordingFromPayload } from "./records-wire";
import { givenId, givenProject, notePosted } from "./refused-post";

/** `POST /v1/recordings`: one recording, an array of them, or one a line. */
export const records = new Hono<Http>();

records.post("/v1/recordings", async (c) => {
  const { deps } = c.var;
  const principal = await admitSender(c, deps);
  const form = bodyForm(c);
  if (form === "lines") {
    const lines = splitLines(await readBytes(c, limits.bodyBytesMax));
    return c.json(await receiveItems(lines, readJson, principal, c));
  }
  // Nothing holds the bytes any longer than until they are parsed.
  const body = readJson(await readBytes(c, limits.bodyBytesMax));
  if (Array.isArray(body)) return c.json(await receiveItems(body, (item) => item, principal, c));
  notePosted(c, principal, body);
  return c.json(recordingHead(await ingestOne(recordingFromPayload(body, principal, deps), deps)), 201);
});

/** What became of one item, as it is answered. */
interface ItemResult {
  index: number;
  id: string | null;
  status: "stored" | "spooled" | "duplicate" | "rejected";
  error?: ReturnType<typeof errorAnswer>;
}

/** Judges each item alone: a bad one refuses only itself. `read` may throw on what is no JSON. */
async function receiveItems<Item>(items: Item[], read: (item: Item) => Json, principal: Principal, c: Context<Http>) {
  const { deps, requestId } = c.var;
  if (items.length > limits.itemsMax) {
    throw new CollectorError("too_large", `The post holds more than ${limits.itemsMax} recordings, the most that is taken at once.`);
  }
  const results: ItemResult[] = [];
  const accepted: { index: number; recording: Recording }[] = [];
  const refusals: Refusal[] = [];
  const reject = (index: number, about: { projectId: string | null; id: string | null }, error: CollectorError) => {
    refusals.push(refusalOf(error, { ...about, requestId }, deps.now()));
    results.push(rejection(index, about.id, error));
  };
  for (const [index, item] of items.entries()) {
    let body: Json = null;
    try {
      body = read(item);
      const recording = recordingFromPayload(body, principal, deps);
      // Of what two say of one session that counts which came later, here too.
      accepted.push({ index, recording: { ...recording, receivedUs: recording.receivedUs + index } });
    } catch (thrown) {
      reject(index, { projectId: givenProject(body, principal), id: givenId(body) }, toCollectorError(thrown));
    }
  }
  const recordings = accepted.map(({ recording }) => recording);
  const outcomes = await ingest(recordings, deps).catch((thrown: unknown) => {
    const error = toCollectorError(thrown);
    if (error.retryable) throw thrown;
    // None was stored, and the answer is one error: each is counted all the same.
    for (const recording of recordings) refusals.push(refusalOf(error, { ...recording, requestId }, deps.now()));
    noteRefusals(refusals, deps);
    c.set("posted", { projectId: null, id: null, isCounted: true });
    throw thrown;
  });
  for (const [place, { index, recording }] of accepted.entries()) {
    const outcome = outcomes[place];
    if (outcome === undefined) throw new CollectorError("internal", "An item has no outcome.");
    const { status } = outcome;
    results.push({ index, id: recording.id, status });
  }
  results.sort((a, b) => a.index - b.index);
  const count = (status: ItemResult["status"]) => results.filter((result) => result.status === status).length;
  const rejected = count("rejected");
  // Only now: a post that D1 did not take is sent again, and what it refused is counted then.
  noteRefusals(refusals, deps);
  if (rejected > 0) logEvent("items_rejected", { rejected, of: items.length });
  return { stored: count("stored"), spooled: count("spooled"), duplicates: count("duplicate"), rejected, results };
}

function rejection(index: number, id: string | null, error: CollectorError): ItemResult {
  if (error.code === "internal") logEvent("item_failed", { cause: causeText(error) });
  return { index, id, status: "rejected", error: errorAnswer(error) };
}
