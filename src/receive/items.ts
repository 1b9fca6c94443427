import type { Context } from "hono";
import type { Http } from "../env";
import { CollectorError, errorAnswer, toCollectorError } from "../errors";
import { amendEach, ingest } from "../ingest";
import { noteRefusals, refusalOf } from "../keep/refusals";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { Amendment } from "../model/amendment";
import type { Json } from "../model/json";
import type { Principal } from "../model/key";
import type { Recording } from "../model/recording";
import type { Refusal } from "../model/refusal";
import { saysAnything } from "./feedback-wire";
import { givenId, givenProject } from "./refused-post";

/** What became of one item, as it is answered. */
interface ItemResult {
  index: number;
  id: string | null;
  status: "stored" | "spooled" | "duplicate" | "rejected";
  error?: ReturnType<typeof errorAnswer>;
}

/** What one item of a post holds: a recording, or what is said of one. */
export type ReadItem = { recording: Recording } | { amendment: Amendment };

/** How the items of a post are read: JSON first, since a line may be none, and then what it says. Both may throw. */
export interface ItemReader<Item> {
  json: (item: Item) => Json;
  item: (body: Json) => ReadItem;
  /** Whether one is a recording, be it a bad one: the ledger counts these alone. */
  isRecording: (body: Json) => boolean;
}

/** The items of a post that were read, by their places in it, and what came of the others. */
interface Judged {
  recordings: { index: number; recording: Recording }[];
  amendments: { index: number; amendment: Amendment }[];
  results: ItemResult[];
  refusals: Refusal[];
}

/**
 * Judges each item alone: a bad one refuses only itself.
 * @throws CollectorError `too_large` for more items than a post may have; `unavailable` where something was kept nowhere: the same again is safe.
 */
export async function receiveItems<Item>(items: Item[], reader: ItemReader<Item>, principal: Principal, c: Context<Http>) {
  if (items.length > limits.itemsMax) {
    throw new CollectorError("too_large", `The post holds more than ${limits.itemsMax} recordings, the most that is taken at once.`);
  }
  const judged = readItems(items, reader, principal, c);
  await keepRecordings(judged, c);
  await keepAmendments(judged, c);
  const { refusals } = judged;
  const results = judged.results.toSorted((a, b) => a.index - b.index);
  const count = (status: ItemResult["status"]) => results.filter((result) => result.status === status).length;
  const rejected = count("rejected");
  // Only now: a post that D1 did not take is sent again, and what it refused is counted then.
  noteRefusals(refusals, c.var.deps);
  if (rejected > 0) logEvent("items_rejected", { rejected, of: items.length });
  return { stored: count("stored"), spooled: count("spooled"), duplicates: count("duplicate"), rejected, results };
}

function readItems<Item>(items: Item[], reader: ItemReader<Item>, principal: Principal, c: Context<Http>): Judged {
  const judged: Judged = { recordings: [], amendments: [], results: [], refusals: [] };
  for (const [index, item] of items.entries()) {
    let body: Json = null;
    try {
      body = reader.json(item);
      const read = reader.item(body);
      // Of what two say of one session or recording that counts which came later, here too.
      const later = <Received extends { receivedUs: number }>(one: Received) => ({ ...one, receivedUs: one.receivedUs + index });
      if ("amendment" in read) judged.amendments.push({ index, amendment: later(read.amendment) });
      else judged.recordings.push({ index, recording: later(read.recording) });
    } catch (thrown) {
      const error = toCollectorError(thrown);
      const id = givenId(body);
      judged.results.push(rejection(index, id, error));
      const about = { projectId: givenProject(body, principal), id, requestId: c.var.requestId };
      if (reader.isRecording(body)) judged.refusals.push(refusalOf(error, about, c.var.deps.now()));
    }
  }
  return judged;
}

async function keepRecordings(judged: Judged, c: Context<Http>): Promise<void> {
  const { deps, requestId } = c.var;
  const recordings = judged.recordings.map(({ recording }) => recording);
  const outcomes = await ingest(recordings, deps).catch((thrown: unknown) => {
    const error = toCollectorError(thrown);
    if (error.retryable) throw thrown;
    // None was stored, and the answer is one error: each is counted all the same.
    for (const recording of recordings) judged.refusals.push(refusalOf(error, { ...recording, requestId }, deps.now()));
    noteRefusals(judged.refusals, deps);
    c.set("posted", { projectId: null, id: null, isCounted: true });
    throw thrown;
  });
  for (const [place, { index, recording }] of judged.recordings.entries()) {
    const outcome = outcomes[place];
    if (outcome === undefined) throw new CollectorError("internal", "An item has no outcome.");
    judged.results.push({ index, id: recording.id, status: outcome.status });
  }
}

/** After the recordings, that they find them. */
async function keepAmendments({ amendments, results }: Judged, c: Context<Http>): Promise<void> {
  const saying = amendments.filter(({ amendment }) => saysAnything(amendment));
  const outcomes = await amendEach(
    saying.map(({ amendment }) => amendment),
    c.var.deps,
  );
  const byIndex = new Map(saying.map(({ index }, place) => [index, outcomes[place]]));
  for (const { index, amendment } of amendments) {
    // What says nothing is done.
    const outcome = byIndex.get(index) ?? "stored";
    results.push(
      outcome instanceof CollectorError ? rejection(index, amendment.id, outcome) : { index, id: amendment.id, status: outcome },
    );
  }
}

function rejection(index: number, id: string | null, error: CollectorError): ItemResult {
  if (error.code === "internal") logEvent("item_failed", { cause: causeText(error) });
  return { index, id, status: "rejected", error: errorAnswer(error) };
}
