import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { buildDeps } from "../../src/env";
import { drainSpool } from "../../src/jobs/drain-spool";
import { sweepBlobs } from "../../src/jobs/sweep-blobs";
import { limits } from "../../src/limits";
import { sharedText } from "../../src/store/transcripts";
import { type Answer, ask, askJson, newProject, readRecording } from "./collector";

interface StoredRow {
  seq: number;
  blobs: string | null;
  payload: string | null;
  text: string;
}

/** Every object that a text names has a use, every use a row and an object, and every object a use or its end. */
async function expectWhole(project: string): Promise<void> {
  const select = async <Row>(sql: string) => (await env.DB.prepare(sql).bind(project).all<Row>()).results;
  const rows = await select<StoredRow>(`SELECT seq, blobs, payload, 
    coalesce(${sharedText}, '') || coalesce(messages, '') || content AS text FROM recordings WHERE project_id = ?1`);
  const uses = await select<{ sha256: string; seq: number }>("SELECT sha256, seq FROM blob_uses WHERE project_id = ?1");
  const doomed = (await select<{ sha256: string }>("SELECT sha256 FROM doomed_blobs WHERE project_id = ?1")).map(({ sha256 }) => sha256);
  const { objects } = await env.ARCHIVE.list({ prefix: `blobs/${project}/` });
  const there = objects.map(({ key }) => key.slice(`blobs/${project}/`.length));
  const needed = rows.flatMap(({ seq, blobs, payload, text }) => {
    const listed = JSON.parse(blobs ?? "[]") as string[];
    const named = [...text.matchAll(/\\\/v1\\\/media\\\/([0-9a-f]{64})/g)].map(([, sha256]) => sha256 ?? "");
    if (payload === null) expect(new Set(listed)).toEqual(new Set(named));
    else expect(listed).toContain(payload);
    return listed.map((sha256) => `${sha256} ${seq}`);
  });
  expect(uses.map(({ sha256, seq }) => `${sha256} ${seq}`).toSorted()).toEqual(needed.toSorted());
  const used = new Set(uses.map(({ sha256 }) => sha256));
  expect([...used].filter((sha256) => !there.includes(sha256) || doomed.includes(sha256))).toEqual([]);
  expect(there.filter((sha256) => !used.has(sha256) && !doomed.includes(sha256))).toEqual([]);
}

function image(index: number): Answer {
  const url = `data:image/png;base64,${new Uint8Array(3600).fill(index + 1).toBase64()}`;
  return { role: "user", content: [{ type: "image_url", image_url: { url } }] };
}

const says = {
  words: () => [{ role: "user", content: "ü☀️" }],
  red: () => [image(1)],
  blue: () => [image(2)],
  // More than have links of their own.
  many: () => Array.from({ length: 150 }, (_, index) => ({ role: "user", content: `word ${index}` })),
  // More than a row holds.
  huge: () => [{ role: "user", content: "ü".repeat(1_000_000) }],
};

const steps = fc.array(
  fc.record({
    from: fc.nat(),
    keep: fc.nat(),
    say: fc.array(fc.constantFrom("words", "red", "blue", "many", "huge"), { maxLength: 4 }),
    photo: fc.option(fc.constantFrom(1, 3), { freq: 3 }),
    session: fc.constantFrom("s", "s", "t"),
    deleted: fc.option(fc.nat(), { freq: 2 }),
  }),
  { minLength: 3, maxLength: 12 },
);

test("whatever is recorded and deleted in whatever order, beside each other too, each object has its uses, and at the end nothing is left", async () => {
  // No bell: the spool is drained where the test says so.
  vi.spyOn(env.QUEUE, "send").mockResolvedValue({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } });
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (given, isAtOnce) => {
      const project = newProject();
      const left = new Map<string, { messages: Answer[]; inputs: Answer }>();
      const made: Answer[][] = [];
      let aheadMs = 0;
      for (const [index, { from, keep, say, photo, session, deleted }] of given.entries()) {
        const base = made[from % Math.max(made.length, 1)] ?? [];
        const messages = [...base.slice(0, keep % (base.length + 1)), ...say.flatMap((what): Answer[] => says[what]())];
        const inputs = photo === null ? { index } : { photo: { data: new Uint8Array(3600).fill(photo + 1).toBase64() } };
        if (messages.length === 0) messages.push({ role: "user", content: "" });
        made.push(messages);
        const ids = [...left.keys()];
        const victim = deleted === null ? undefined : ids[deleted % ids.length];
        const work = [
          async () => {
            const body = { project_id: project, id: `r${index}`, session_id: session, all_messages: messages, inputs };
            expect((await askJson("POST", "/v1/recordings", { body })).status).toBe(201);
          },
          async () => {
            if (victim !== undefined) expect((await ask("DELETE", `/v1/recordings/${victim}?project_id=${project}`)).status).toBe(204);
          },
        ];
        if (isAtOnce) await Promise.all(work.map(async (one) => await one()));
        else for (const one of work) await one();
        left.set(`r${index}`, { messages, inputs });
        if (victim !== undefined) left.delete(victim);
        // So much later that what is gone may come again.
        aheadMs += (limits.doomedSeconds + 60) * 1000;
        const later = { ...buildDeps(env, createExecutionContext()), now: () => Date.now() + aheadMs };
        await sweepBlobs(later);
        await sweepBlobs({ ...later, now: () => later.now() + limits.doomedSeconds * 1000 });
        // What needed an object that was just being removed has waited until now.
        await drainSpool(later);
        await expectWhole(project);
      }
      for (const [id, { messages, inputs }] of left) {
        const { status, json } = await askJson("GET", `/v1/recordings/${id}?project_id=${project}`);
        expect([status, JSON.stringify(json["messages"]), JSON.stringify(json["inputs"])]).toEqual([
          200,
          JSON.stringify(messages),
          JSON.stringify(inputs),
        ]);
      }
      for (const session of ["s", "t"]) await ask("DELETE", `/v1/sessions/${session}?project_id=${project}`);
      await expectWhole(project);
      for (const prefix of [`blobs/${project}/`, `spool/${project}/`]) expect((await env.ARCHIVE.list({ prefix })).objects).toEqual([]);
    }),
    { numRuns: 8, endOnFailure: true },
  );
  vi.restoreAllMocks();
});

test("a content that is another recording's medium is read as either", async () => {
  const project = newProject();
  const large = { project_id: project, id: "large", all_messages: says.huge() };
  expect((await askJson("POST", "/v1/recordings", { body: large })).status).toBe(201);
  const [object] = (await env.ARCHIVE.list({ prefix: `blobs/${project}/` })).objects;
  const bytes = await (await env.ARCHIVE.get(object?.key ?? ""))?.bytes();
  const inputs = { file: { data: bytes?.toBase64() } };
  const file = { project_id: project, id: "file", inputs, all_messages: [{ role: "user", content: "What is it?" }] };
  expect((await askJson("POST", "/v1/recordings", { body: file })).status).toBe(201);
  const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&media=inline`);
  expect(json["recordings"].map((one: Answer) => one["messages"])).toEqual([file.all_messages, large.all_messages]);
  expect((await readRecording(project, "file"))["inputs"]).toEqual(inputs);
  expect(json["recordings"][0]["inputs"]).toEqual(inputs);
});
