import { Hono } from "hono";
import { bodyForm, readBytes, readJson, splitLines } from "../admit/body";
import { admit } from "../admit/principal";
import type { Deps, Http } from "../env";
import { CollectorError, errorAnswer, toCollectorError } from "../errors";
import { ingest, ingestOne } from "../ingest";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { isId } from "../model/id";
import { isJsonObject, type Json } from "../model/json";
import type { Principal } from "../model/key";
import type { Recording } from "../model/recording";
import { recordingHead } from "../model/recording-wire";
import { recordingFromPayload } from "./records-wire";

/** `POST /v1/recordings`: one recording, an array of them, or one a line. */
export const records = new Hono<Http>();

records.post("/v1/recordings", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["ingest", "browser", "admin"]);
  const form = bodyForm(c);
  const bytes = await readBytes(c, limits.bodyBytesMax);
  if (form === "lines") return c.json(await receiveItems(splitLines(bytes), readJson, principal, deps));
  const body = readJson(bytes);
  if (Array.isArray(body)) return c.json(await receiveItems(body, (item) => item, principal, deps));
  return c.json(recordingHead(await ingestOne(recordingFromPayload(body, principal, deps), deps)), 201);
});

/** What became of one item, as it is answered. */
interface ItemResult {
  index: number;
  id: string | null;
  status: "stored" | "duplicate" | "rejected";
  error?: ReturnType<typeof errorAnswer>;
}

/** Judges each item alone: a bad one refuses only itself. `read` may throw on what is no JSON. */
async function receiveItems<Item>(items: Item[], read: (item: Item) => Json, principal: Principal, deps: Deps) {
  if (items.length > limits.itemsMax) {
    throw new CollectorError("too_large", `The post holds more than ${limits.itemsMax} recordings, the most that is taken at once.`);
  }
  const results: ItemResult[] = [];
  const accepted: { index: number; recording: Recording }[] = [];
  for (const [index, item] of items.entries()) {
    let body: Json = null;
    try {
      body = read(item);
      accepted.push({ index, recording: recordingFromPayload(body, principal, deps) });
    } catch (thrown) {
      results.push(rejection(index, givenId(body), toCollectorError(thrown)));
    }
  }
  const recordings = accepted.map(({ recording }) => recording);
  const outcomes = await ingest(recordings, deps);
  for (const [place, { index, recording }] of accepted.entries()) {
    const outcome = outcomes[place];
    if (outcome === undefined) throw new CollectorError("internal", "An item has no outcome.");
    const { status } = outcome;
    results.push(status === "refused" ? rejection(index, recording.id, outcome.error) : { index, id: recording.id, status });
  }
  results.sort((a, b) => a.index - b.index);
  const count = (status: ItemResult["status"]) => results.filter((result) => result.status === status).length;
  const rejected = count("rejected");
  if (rejected > 0) logEvent("items_rejected", { rejected, of: items.length });
  return { stored: count("stored"), duplicates: count("duplicate"), rejected, results };
}

function rejection(index: number, id: string | null, error: CollectorError): ItemResult {
  if (error.code === "internal") logEvent("item_failed", { cause: causeText(error) });
  return { index, id, status: "rejected", error: errorAnswer(error) };
}

function givenId(item: Json): string | null {
  if (!isJsonObject(item)) return null;
  const id = item["id"] ?? item["completion_id"] ?? item["completionId"];
  return isId(id) ? id : null;
}
