import { expect, test } from "vitest";
import { s3Store } from "../../../src/export/reach/s3-store";
import type { S3Target } from "../../../src/model/destination";

const target: S3Target = {
  kind: "s3",
  endpoint: "https://s3.example.com",
  region: "eu-central-1",
  bucket: "logs",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const object = { bytes: new Uint8Array(7), sha256: "ab".repeat(32), contentType: "application/gzip", metadata: {} };
const found = { status: 200, headers: { "Content-Length": "7" } };
const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Words.</Message></Error>`;

test("a key that is taken exists", async () => {
  const { store, sent } = storeThatAnswers({ status: 412, body: error("PreconditionFailed") }, found);
  expect(await store.put("key", object)).toBe("exists");
  expect(sent).toEqual(["PUT if new", "HEAD"]);
});

test("a key that another writes at this moment exists once it is there, and may be tried again until then", async () => {
  const conflict = { status: 409, body: error("ConditionalRequestConflict") };
  expect(await storeThatAnswers(conflict, found).store.put("key", object)).toBe("exists");
  await expect(storeThatAnswers(conflict, { status: 404 }).store.put("key", object)).rejects.toMatchObject({ code: "unavailable" });
});

test("a key that is taken by what may not be read is refused, with the right that is missing", async () => {
  const { store } = storeThatAnswers({ status: 412 }, { status: 403 });
  await expect(store.put("key", object)).rejects.toMatchObject({ code: "refused", message: expect.stringContaining("s3:GetObject") });
});

test("a store that does not implement conditional puts is put to without a condition", async () => {
  const { store, sent } = storeThatAnswers({ status: 501, body: error("NotImplemented") }, { status: 200 });
  expect(await store.put("key", object)).toBe("made");
  expect(sent).toEqual(["PUT if new", "PUT"]);
  const broken = storeThatAnswers({ status: 501 }, { status: 501 });
  await expect(broken.store.put("key", object)).rejects.toMatchObject({ code: "unavailable" });
});

test.each([
  [403, "SignatureDoesNotMatch", "refused"],
  [403, "AccessDenied", "refused"],
  [404, "NoSuchBucket", "refused"],
  [400, "AuthorizationHeaderMalformed", "refused"],
  [301, "PermanentRedirect", "refused"],
  [400, "RequestTimeout", "unavailable"],
  [307, "TemporaryRedirect", "unavailable"],
  [503, "SlowDown", "unavailable"],
  [500, "InternalError", "unavailable"],
])("a put that is answered %i %s is %s, with its reason", async (status, code, outcome) => {
  const { store } = storeThatAnswers({ status, body: error(code) });
  await expect(store.put("key", object)).rejects.toMatchObject({ code: outcome, message: expect.stringContaining(`${code} Words.`) });
});

test("a head that says nothing of why leaves it to the put, and one of a store that is away does not", async () => {
  for (const status of [301, 400, 403, 404]) expect(await storeThatAnswers({ status }).store.head("key")).toBeNull();
  for (const status of [429, 500, 503])
    await expect(storeThatAnswers({ status }).store.head("key")).rejects.toMatchObject({ code: "unavailable" });
});

test("a head without a length is refused, not taken for an empty object", async () => {
  await expect(storeThatAnswers({ status: 200 }).store.head("key")).rejects.toMatchObject({ code: "refused" });
});

/** A store whose server gives these answers one after another, and what it was sent. */
function storeThatAnswers(...answers: { status: number; body?: string; headers?: Record<string, string> }[]) {
  const sent: string[] = [];
  const fetch = async (request: Request) => {
    sent.push(`${request.method}${request.headers.has("If-None-Match") ? " if new" : ""}`);
    const { status = 599, body, headers } = answers[sent.length - 1] ?? {};
    return new Response(body ?? null, { status, ...(headers === undefined ? {} : { headers }) });
  };
  return { store: s3Store(target, { fetch, now: () => Date.now(), allowsLocalDestinations: false }), sent };
}
