import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { CollectorError } from "../../../src/errors";
import { postWebhook, webhookId } from "../../../src/export/reach/webhook";
import { isWebhookSecret, makeWebhookSecret, signWebhook } from "../../../src/export/reach/webhook-signature";

const batch = { destination: "my_hook-1", generation: "1f0a", fromSeq: 0, toSeq: 500, cutUs: 1_767_323_045_678_901 };
const body = Uint8Array.from(new TextEncoder().encode('{"id":"a","text":"Grüße ☀️"}\n{"id":"b"}\n'));

test("a receiver verifies the post with the public library, and a changed one fails", async () => {
  const secret = makeWebhookSecret(randomBytes);
  const sent: Request[] = [];
  const deps = {
    fetch: async (request: Request) => {
      sent.push(request);
      return new Response("ok");
    },
    now: () => Date.now(),
    allowsLocalDestinations: false,
  };
  const message = { id: webhookId(batch), batch: "my_hook-1.1f0a.0-500", rows: 2, body };
  await postWebhook({ kind: "webhook", url: "https://hooks.example.com/in?a=b", secret }, message, deps);

  const [request] = sent;
  expect(request).toMatchObject({ method: "POST", url: "https://hooks.example.com/in?a=b" });
  const headers = Object.fromEntries(request?.headers ?? []);
  expect(headers).toMatchObject({
    "content-type": "application/x-ndjson",
    "user-agent": expect.stringMatching(/^aircheck\/\d+\.\d+\.\d+$/),
    "webhook-id": webhookId(batch),
    "aircheck-batch": "my_hook-1.1f0a.0-500",
    "aircheck-rows": "2",
    "aircheck-schema-version": "1",
  });
  const text = (await request?.text()) ?? "";
  expect(text).toBe(new TextDecoder().decode(body));
  const receiver = new Webhook(secret);
  receiver.verify(text, headers, { jsonParse: false });
  expect(() => receiver.verify(`${text} `, headers, { jsonParse: false })).toThrow("No matching signature");
  expect(() => receiver.verify(text, { ...headers, "webhook-id": "other" }, { jsonParse: false })).toThrow("No matching signature");
  expect(() => new Webhook(makeWebhookSecret(randomBytes)).verify(text, headers, { jsonParse: false })).toThrow("No matching signature");
});

test("signatures are the public library's, for any secret, id, time and body", async () => {
  const anySecret = fc.uint8Array({ minLength: 24, maxLength: 64 }).map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);
  const id = fc.stringMatching(/^[a-z0-9_-]{1,80}$/);
  const text = fc.string({ unit: "binary" });
  await fc.assert(
    fc.asyncProperty(anySecret, id, fc.nat(4_000_000_000), text, async (secret, webhook, timestampSeconds, content) => {
      const signature = await signWebhook(secret, { id: webhook, timestampSeconds, body: new TextEncoder().encode(content) });
      expect(signature).toBe(new Webhook(secret).sign(webhook, new Date(timestampSeconds * 1000), content));
    }),
  );
});

test("a secret that is none is refused before anything is sent", async () => {
  const signing = signWebhook("whsec_short", { id: "a", timestampSeconds: 1, body });
  await expect(signing).rejects.toMatchObject({ code: "refused" });
  await expect(signing).rejects.toBeInstanceOf(CollectorError);
  await expect(signing).rejects.not.toMatchObject({ message: expect.stringContaining("short") });
});

test("secrets are whsec_ and padded base64 of 24 to 64 bytes", () => {
  const secret = (length: number, encoding: BufferEncoding = "base64") => `whsec_${Buffer.alloc(length, 251).toString(encoding)}`;
  for (const length of [24, 25, 26, 32, 63, 64]) expect(isWebhookSecret(secret(length))).toBe(true);
  for (const length of [0, 1, 16, 23, 65, 66, 1000]) expect(isWebhookSecret(secret(length))).toBe(false);
  const others = [
    secret(25).replaceAll("=", ""),
    secret(24, "base64url"),
    secret(24).replace("whsec_", ""),
    secret(24).replace("whsec_", "WHSEC_"),
    `${secret(24)}\n`,
    ` ${secret(24)}`,
    `${secret(24)}====`,
    // The last character holds bits that no byte has.
    secret(25).replace(/.==$/, "x=="),
    "whsec_",
    "",
  ];
  expect(others.filter(isWebhookSecret)).toEqual([]);
  const made = makeWebhookSecret(randomBytes);
  expect(isWebhookSecret(made)).toBe(true);
  expect(Buffer.from(made.slice(6), "base64")).toHaveLength(24);
  expect(makeWebhookSecret(randomBytes)).not.toBe(made);
});

test("a batch's id is the same for every try and no other batch's, and has no dots", () => {
  const id = webhookId(batch);
  expect(webhookId({ ...batch })).toBe(id);
  expect(id).toMatch(/^[a-z0-9_-]+$/);
  const others = [
    { ...batch, destination: "my_hook" },
    { ...batch, generation: "1f0b" },
    { ...batch, fromSeq: 1 },
    { ...batch, toSeq: 501 },
    { ...batch, cutUs: batch.cutUs + 1 },
  ];
  expect(new Set([id, ...others.map(webhookId)]).size).toBe(others.length + 1);
});
