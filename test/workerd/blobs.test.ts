import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { buildDeps, type Deps } from "../../src/env";
import { sweepBlobs } from "../../src/jobs/sweep-blobs";
import { blobKey, putBlob } from "../../src/keep/blobs";
import { removeDoomedBlobs } from "../../src/keep/doomed";
import { externalise } from "../../src/keep/externalise";
import { limits } from "../../src/limits";
import type { EnrichedRecording } from "../../src/model/recording";
import { sha256Hex } from "../../src/model/sha256";
import { doomBlobs } from "../../src/store/blobs";
import { type Answer, ask, askJson, gzip, makeKey, newProject } from "./collector";
import { linesIn, openOutpost, record } from "./outpost";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const json = { "Content-Type": "application/json" };

test("a recording of the largest body is kept whole, counted later, and one byte more is 413 with the limit", async () => {
  const project = newProject();
  const message = { role: "user", content: 'Zeile "eins"\n\\/v1\\/media\\/ 空は青い ☀️😀'.repeat(1000) };
  const messages = [...Array.from({ length: 100 }, () => message), { role: "assistant", content: "Rayleigh." }];
  const body = fillBody({ project_id: project, id: "whole", all_messages: messages, inputs: { filler: "" } }, limits.bodyBytesMax);
  const packed = { body: await gzip(`${body} `), headers: { ...json, "Content-Encoding": "gzip" } };
  for (const over of [packed, { body: `${body} `, headers: json }]) {
    expect(await askJson("POST", "/v1/recordings", over)).toMatchObject({
      status: 413,
      json: { code: "too_large", message: expect.stringContaining("20971520 bytes") },
    });
  }
  expect((await askJson("POST", "/v1/recordings", { body, headers: json })).status).toBe(201);
  const row = await rowOf(project, "whole");
  expect(JSON.stringify(row).length).toBeLessThan(limits.rowBytesMax);
  const read = await (await ask("GET", `/v1/recordings/whole?project_id=${project}`)).text();
  // To the letter, and so deep-equal; compared as texts, since they are long.
  const [posted = "", inputs = ""] = body.slice(body.indexOf('"all_messages":') + '"all_messages":'.length, -1).split(',"inputs":');
  expect([read.includes(`"messages":${posted},`), read.includes(`"inputs":${inputs}`)]).toEqual([true, true]);
  const isCounted = async () => expect(await rowOf(project, "whole")).toMatchObject({ prompt_source: "estimated", version: 2 });
  await vi.waitFor(isCounted, { timeout: 20_000, interval: 500 });
});

test("a gigabyte that came as one megabyte of gzip is 413 within a second", async () => {
  const bomb = await gzipOfZeros(1024);
  expect(bomb.length).toBeLessThan(1_100_000);
  const startMs = Date.now();
  const { status, json: answer } = await askJson("POST", "/v1/recordings", {
    body: bomb,
    headers: { ...json, "Content-Encoding": "gzip" },
  });
  expect(Date.now() - startMs).toBeLessThan(1000);
  expect({ status, message: answer["message"] }).toEqual({ status: 413, message: expect.stringContaining("20971520 bytes") });
}, 120_000);

test("media of every provider's shape stand in the bucket, come back to the letter, and byte for byte with their types", async () => {
  const project = newProject();
  const files = [30_000, 4000, 50_000, 8000, 12_345].map(randomBytes);
  const [a = "", b = "", c = "", d = "", e = ""] = files.map((bytes) => bytes.toBase64());
  const messages = [
    { role: "user", content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${a}`, detail: "low" } }] },
    { role: "user", content: [{ type: "image", source: { type: "base64", media_type: "image/jpeg", data: b } }] },
    { role: "user", parts: [{ inlineData: { mimeType: "application/pdf", data: c } }, { text: "What is it?" }] },
    { role: "user", content: [{ type: "input_audio", input_audio: { data: d, format: "wav" } }] },
    { role: "assistant", content: "A cat." },
  ];
  const media = { photo: { type: "base64", data: e, content_type: "image/svg+xml" } };
  const posted = { project_id: project, id: "media", all_messages: messages, media_inputs: media };
  expect((await askJson("POST", "/v1/recordings", { body: posted })).status).toBe(201);

  const row = JSON.stringify(await rowOf(project, "media"));
  expect(row.length).toBeLessThan(6000);
  for (const base64 of [a, b, c, d, e]) expect(row).not.toContain(base64.slice(0, 100));
  const whole = await askJson("GET", `/v1/recordings/media?project_id=${project}`);
  expect(JSON.stringify([whole.json["messages"], whole.json["media_inputs"]])).toBe(JSON.stringify([messages, media]));

  const links = await Promise.all(files.map(async (bytes) => `/v1/media/${await sha256Hex(bytes)}`));
  const linked = (text: string) =>
    [a, b, c, d, e].reduce((left, base64, index) => left.replace(base64, links[index] ?? ""), text).replace("data:image/png;base64,", "");
  const one = await askJson("GET", `/v1/recordings/media?project_id=${project}&media=links`);
  expect(one.json["messages"]).toEqual(JSON.parse(linked(JSON.stringify(messages))));
  const listed = await askJson("GET", `/v1/recordings?project_id=${project}`);
  expect(listed.json["recordings"]).toEqual([one.json]);
  const inlined = await askJson("GET", `/v1/recordings?project_id=${project}&media=inline`);
  expect(inlined.json["recordings"]).toEqual([whole.json]);

  const types = ["image/png", "image/jpeg", "application/pdf", "audio/wav", "application/octet-stream"];
  for (const [index, link] of links.entries()) {
    const response = await ask("GET", `${link}?project_id=${project}`);
    expect(response.headers.get("Content-Type")).toBe(types[index]);
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(response.headers.get("Content-Security-Policy")).toContain("sandbox");
    expect(response.headers.get("Cache-Control")).toContain("private");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(files[index]);
    const etag = response.headers.get("ETag") ?? "";
    expect((await ask("GET", `${link}?project_id=${project}`, { headers: { "If-None-Match": etag } })).status).toBe(304);
  }
});

test("another project's medium is not there, nor is one that no recording holds", async () => {
  const [project, other] = [newProject(), newProject()];
  const bytes = randomBytes(5000);
  await postImage(project, "image", bytes);
  const sha256 = await sha256Hex(bytes);
  const { key } = await makeKey({ scope: "read", project_id: other });
  expect((await ask("GET", `/v1/media/${sha256}`, { key })).status).toBe(404);
  expect((await ask("GET", `/v1/media/${sha256}?project_id=${other}`)).status).toBe(404);
  expect((await ask("GET", `/v1/media/..%2F${project}%2F${sha256}?project_id=${other}`)).status).toBe(404);
  expect((await ask("GET", `/v1/media/${"0".repeat(64)}?project_id=${project}`)).status).toBe(404);
  const unused = randomBytes(10);
  const orphan = { projectId: project, sha256: await sha256Hex(unused) };
  await putBlob(orphan, unused, "image/png", deps());
  expect((await ask("GET", `/v1/media/${orphan.sha256}?project_id=${project}`)).status).toBe(404);
});

test("the same image, in each turn of a conversation and in two posts at once, is one object that is put once", async () => {
  const project = newProject();
  const bytes = randomBytes(20_000);
  const put = vi.spyOn(env.ARCHIVE, "put");
  await postImage(project, "first", bytes);
  await postImage(project, "second", bytes);
  const ids = ["a", "b", "c"];
  const items = ids.map((id) => ({ project_id: project, id, all_messages: [imageMessage(bytes), imageMessage(bytes)] }));
  expect((await askJson("POST", "/v1/recordings", { body: items })).json["stored"]).toBe(3);
  expect(put).toHaveBeenCalledTimes(1);
  const { objects } = await env.ARCHIVE.list({ prefix: `blobs/${project}/` });
  expect(objects.map(({ key }) => key)).toEqual([`blobs/${project}/${await sha256Hex(bytes)}`]);
  const other = randomBytes(20_000);
  await Promise.all(Array.from({ length: 5 }, async (_, index) => await postImage(project, `at-once-${index}`, other)));
  expect((await env.ARCHIVE.list({ prefix: `blobs/${project}/` })).objects).toHaveLength(2);
});

test("while R2 is down a recording that fits into a row is kept with its media in it, and a larger one is 503", async () => {
  const project = newProject();
  const bytes = randomBytes(600_000);
  const large = { project_id: project, id: "large", all_messages: [{ role: "user", content: "x".repeat(limits.rowBytesMax) }] };
  for (const method of ["put", "head"] as const) vi.spyOn(env.ARCHIVE, method).mockRejectedValue(new Error("internal error (10001)"));
  await postImage(project, "small", bytes);
  const refused = await askJson("POST", "/v1/recordings", { body: large });
  expect(refused).toMatchObject({ status: 503, json: { code: "unavailable" } });
  expect(refused.headers.get("Retry-After")).not.toBeNull();
  const together = [large, { project_id: project, id: "beside", all_messages: [imageMessage(bytes)] }];
  expect((await askJson("POST", "/v1/recordings", { body: together })).status).toBe(503);
  vi.restoreAllMocks();
  expect(await rowOf(project, "small")).toMatchObject({ blobs: null, payload: null });
  expect((await readWhole(project, "small"))["messages"]).toEqual([imageMessage(bytes)]);
  expect((await env.ARCHIVE.list({ prefix: `blobs/${project}/` })).objects).toEqual([]);
  expect((await askJson("POST", "/v1/recordings", { body: together })).json["stored"]).toBe(2);
  expect((await readWhole(project, "large"))["messages"]).toEqual(large.all_messages);
  vi.spyOn(env.ARCHIVE, "get").mockRejectedValue(new Error("internal error (10001)"));
  expect((await ask("GET", `/v1/recordings/large?project_id=${project}`)).status).toBe(503);
});

test("an R2 that never answers is waited for once, for however many media", async () => {
  vi.useFakeTimers();
  const put = vi.spyOn(env.ARCHIVE, "put").mockImplementation(async () => await new Promise(() => undefined));
  const recording = (text: string) => ({ projectId: newProject(), contentBytes: text.length, text: { messages: [text], rest: "{}" } });
  const media = Array.from({ length: 20 }, () => recording(JSON.stringify(imageMessage(randomBytes(4000)))));
  const startMs = Date.now();
  const outcomes = Promise.allSettled([
    externalise(media as unknown as EnrichedRecording[], deps()),
    externalise([recording("x".repeat(limits.rowBytesMax + 1))] as unknown as EnrichedRecording[], deps()),
  ]);
  await vi.waitFor(() => expect(put.mock.calls.length).toBeGreaterThan(limits.blobLanes));
  await vi.advanceTimersByTimeAsync(limits.blobTimeoutMs);
  expect(await outcomes).toMatchObject([
    { status: "fulfilled", value: media.map(({ text }) => ({ text, blobs: [], payload: null })) },
    { status: "rejected", reason: { code: "unavailable" } },
  ]);
  expect(Date.now() - startMs).toBeLessThan(2 * limits.blobTimeoutMs);
  expect(put).toHaveBeenCalledTimes(limits.blobLanes + 1);
});

test("a recording whose object is gone is 503, and the log says so", async () => {
  const project = newProject();
  const bytes = randomBytes(5000);
  await postImage(project, "gone", bytes);
  await env.ARCHIVE.delete(blobKey({ projectId: project, sha256: await sha256Hex(bytes) }));
  const log = vi.spyOn(console, "log");
  expect((await ask("GET", `/v1/recordings/gone?project_id=${project}`)).status).toBe(503);
  expect(log.mock.calls.flat().join()).toContain("blob_missed");
  expect((await ask("GET", `/v1/recordings/gone?project_id=${project}&media=links`)).status).toBe(200);
});

test("more media than are moved in one post stay in their texts, and all come back", async () => {
  const project = newProject();
  const messages = Array.from({ length: limits.mediaMovedMax + 4 }, () => imageMessage(randomBytes(3072)));
  expect((await askJson("POST", "/v1/recordings", { body: { project_id: project, id: "many", all_messages: messages } })).status).toBe(201);
  expect(JSON.parse((await rowOf(project, "many"))["blobs"] as string)).toHaveLength(limits.mediaMovedMax);
  expect((await readWhole(project, "many"))["messages"]).toEqual(messages);
});

test("what is exported of a recording with media and of one too large for a row is what GET answers", async () => {
  const project = newProject();
  const outpost = await openOutpost();
  try {
    const { id } = await outpost.destination({ kind: "r2", project_id: project });
    await record(outpost, project, ["media"], { all_messages: [imageMessage(randomBytes(30_000))] });
    await record(outpost, project, ["large"], { inputs: { text: "ü".repeat(1_500_000), data: randomBytes(6000).toBase64() } });
    await outpost.deliver();
    const lines = await linesIn(await outpost.batches(id as string));
    expect(lines.map((line) => line["id"] as string)).toEqual(["media", "large"]);
    // Counted late, the large one is there as it was when it was read: the head may have changed since.
    for (const { id: recording, messages, inputs } of lines) {
      const read = await readWhole(project, recording as string);
      expect(JSON.stringify([messages, inputs]) === JSON.stringify([read["messages"], read["inputs"]])).toBe(true);
    }
  } finally {
    await outpost.close();
  }
});

test("an object whose row never came is removed after a day, one that is used never", async () => {
  const project = newProject();
  const [used, orphan] = [randomBytes(5000), randomBytes(5000)];
  await postImage(project, "used", used);
  const blob = { projectId: project, sha256: await sha256Hex(orphan) };
  await putBlob(blob, orphan, "image/png", deps());
  await env.ARCHIVE.put(`blobs/${project}/no-blob`, "an export's object");
  await sweepAll(deps(limits.orphanSeconds - 60));
  expect(await env.ARCHIVE.head(blobKey(blob))).not.toBeNull();
  const late = deps(limits.orphanSeconds + 60);
  await sweepAll(late);
  expect(await env.ARCHIVE.head(blobKey(blob))).toBeNull();
  expect(await env.ARCHIVE.head(`blobs/${project}/no-blob`)).not.toBeNull();
  expect((await readWhole(project, "used"))["messages"]).toEqual([imageMessage(used)]);
  // It is remembered for as long as one may be about to commit who found the object there.
  expect(await doomedOf(project)).toMatchObject([{ sha256: blob.sha256, removed_us: expect.any(Number) }]);
  await sweepAll({ ...late, now: () => late.now() + limits.doomedSeconds * 1000 + 1 });
  expect(await doomedOf(project)).toEqual([]);
});

test("a blob is doomed only where no row uses it, and its object is tried again where R2 did not remove it", async () => {
  const project = newProject();
  const [used, unused] = [randomBytes(5000), randomBytes(5000)];
  await postImage(project, "used", used);
  const blobs = await Promise.all([used, unused].map(async (bytes) => ({ projectId: project, sha256: await sha256Hex(bytes) })));
  await putBlob({ projectId: project, sha256: blobs[1]?.sha256 ?? "" }, unused, "image/png", deps());
  expect(await doomBlobs(env.DB, blobs, 1)).toBe(1);
  expect(await doomBlobs(env.DB, blobs, 2)).toBe(0);
  vi.spyOn(env.ARCHIVE, "delete").mockRejectedValueOnce(new Error("internal error (10001)"));
  await expect(removeDoomedBlobs(deps(), project)).rejects.toMatchObject({ code: "unavailable" });
  expect(await doomedOf(project)).toMatchObject([{ sha256: blobs[1]?.sha256, removed_us: null }]);
  expect(await Promise.all([removeDoomedBlobs(deps(), project), removeDoomedBlobs(deps(), project)])).toEqual([false, false]);
  expect((await env.ARCHIVE.list({ prefix: `blobs/${project}/` })).objects).toHaveLength(1);
  // What was removed is not believed to be there.
  await putBlob({ projectId: project, sha256: blobs[1]?.sha256 ?? "" }, unused, "image/png", deps());
  expect((await env.ARCHIVE.list({ prefix: `blobs/${project}/` })).objects).toHaveLength(2);
});

function deps(aheadSeconds = 0): Deps {
  return { ...buildDeps(env, createExecutionContext()), now: () => Date.now() + aheadSeconds * 1000 };
}

/** The walk, from its beginning to its end. */
async function sweepAll(late: Deps): Promise<void> {
  await env.DB.prepare("DELETE FROM sweeps").run();
  do await sweepBlobs(late);
  while ((await env.DB.prepare("SELECT position FROM sweeps").first("position")) ?? "" !== "");
}

async function doomedOf(project: string): Promise<Answer[]> {
  return (await env.DB.prepare("SELECT sha256, removed_us FROM doomed_blobs WHERE project_id = ?1").bind(project).all<Answer>()).results;
}

async function rowOf(project: string, id: string): Promise<Answer> {
  const row = await env.DB.prepare("SELECT * FROM recordings WHERE project_id = ?1 AND id = ?2").bind(project, id).first<Answer>();
  if (row === null) throw new Error(`No row is called ${id}`);
  return row;
}

async function readWhole(project: string, id: string): Promise<Answer> {
  const { status, json: answer } = await askJson("GET", `/v1/recordings/${id}?project_id=${project}`);
  if (status !== 200) throw new Error(`GET answered ${status}`);
  return answer;
}

function imageMessage(bytes: Uint8Array): Answer {
  return { role: "user", content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${bytes.toBase64()}` } }] };
}

async function postImage(project: string, id: string, bytes: Uint8Array): Promise<void> {
  const { status } = await askJson("POST", "/v1/recordings", { body: { project_id: project, id, all_messages: [imageMessage(bytes)] } });
  if (status !== 201) throw new Error(`POST answered ${status}`);
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

/** A body's JSON with a filler in its inputs that makes it so many bytes. */
function fillBody(payload: Answer, bytes: number): string {
  const missing = bytes - new TextEncoder().encode(JSON.stringify(payload)).length;
  payload["inputs"].filler = "f".repeat(missing);
  return JSON.stringify(payload);
}

async function gzipOfZeros(megabytes: number): Promise<Uint8Array> {
  const zeros = new Uint8Array(1 << 20);
  let left = megabytes;
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (left === 0) controller.close();
      else controller.enqueue(zeros);
      left -= 1;
    },
  });
  return new Uint8Array(await new Response(source.pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
}
