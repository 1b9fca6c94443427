import { Hono } from "hono";
import { bodyForm, readBytes, readJson, splitLines } from "../admit/body";
import { admitSender } from "../admit/principal";
import type { Http } from "../env";
import { ingestOne } from "../ingest";
import type { Json } from "../model/json";
import { recordingHead } from "../model/recording-wire";
import { receiveItems } from "./items";
import { recordingFromPayload } from "./records-wire";
import { notePosted } from "./refused-post";

/** `POST /v1/recordings`: one recording, an array of them, or one a line. */
export const records = new Hono<Http>();

records.post("/v1/recordings", async (c) => {
  const { deps } = c.var;
  const principal = await admitSender(c, deps);
  const form = bodyForm(c);
  const read = { item: (body: Json) => ({ recording: recordingFromPayload(body, principal, deps) }), isRecording: () => true };
  if (form === "lines") {
    const lines = splitLines(await readBytes(c));
    return c.json(await receiveItems(lines, { json: readJson, ...read }, principal, c));
  }
  // Nothing holds the bytes any longer than until they are parsed.
  const body = readJson(await readBytes(c));
  if (Array.isArray(body)) return c.json(await receiveItems(body, { json: (one) => one, ...read }, principal, c));
  notePosted(c, principal, body);
  return c.json(recordingHead(await ingestOne(recordingFromPayload(body, principal, deps), deps)), 201);
});
