import { env } from "cloudflare:workers";
import { parquetReadObjects } from "hyparquet";
import { expect } from "vitest";
import { sha256Hex } from "../../src/model/sha256";
import { type Answer, readRecording } from "./collector";
import { batchesOf, type Scenario } from "./export-scenario";

/** Sees which objects there are; one that was seen before is the same upload still. */
export async function noteObjects({ destination, uploads }: Pick<Scenario, "destination" | "uploads">): Promise<string[]> {
  const { objects } = await env.ARCHIVE.list({ prefix: `exports/${destination}/` });
  for (const { key, version } of objects) {
    expect(version, `${key} was overwritten`).toBe(uploads.get(key) ?? version);
    uploads.set(key, version);
  }
  for (const key of uploads.keys()) expect(objects.map((object) => object.key)).toContain(key);
  return objects.map(({ key }) => key);
}

/** No gap, no duplicate, and every object is what its manifest says. */
export async function checkDelivered(scenario: Scenario): Promise<void> {
  const batches = (await batchesOf(scenario.destination)).toReversed();
  expect(batches.map(({ state }) => state as string)).toEqual(batches.map(() => "written"));
  const keys = await noteObjects(scenario);
  const lines = await checkObjects(batches, keys);
  const places = await placesOf(scenario.environment);
  for (const place of places) expect(batches.filter((batch) => isIn(place, batch)).length, `batches with place ${place}`).toBe(1);
  for (const [index, batch] of batches.entries())
    expect(batch["from_seq"]).toBeGreaterThanOrEqual((batches[index - 1]?.["to_seq"] as number | undefined) ?? 0);
  await checkNewest(scenario, lines);
}

/** The manifests beside the objects, those of the rows, and the objects that there are say the same. Answers all of the lines. */
async function checkObjects(batches: Answer[], keys: string[]): Promise<Line[]> {
  const manifests = new Map<string, Answer>();
  for (const key of keys.filter((one) => one.includes("/_manifests/"))) {
    const manifest = JSON.parse(new TextDecoder().decode(await bytesOf(key))) as Answer;
    manifests.set(manifest["batch"] as string, manifest);
  }
  const lines: Line[] = [];
  for (const batch of batches) {
    const ofBatch: Line[] = [];
    for (const object of batch["objects"] as Answer[]) {
      const bytes = await bytesOf(object["key"] as string);
      expect(object).toMatchObject({ bytes: bytes.length, sha256: await sha256Hex(bytes) });
      const found = batch["format"] === "parquet" ? await unpackParquet(bytes) : await unpackNdjson(bytes);
      expect({ key: object["key"] as string, rows: found.length }).toEqual({ key: object["key"], rows: object["rows"] });
      for (const { project_id } of found) expect(project_id).toBe(object["project_id"]);
      ofBatch.push(...found);
    }
    expect(ofBatch.length).toBe(batch["rows"]);
    expect(new Set(ofBatch.map(nameOf)).size, "a recording stands twice in a batch").toBe(ofBatch.length);
    const manifest = manifests.get(batch["id"] as string);
    expect({ rows: manifest?.["rows"] ?? 0, objects: manifest?.["objects"] ?? [] }).toEqual({
      rows: batch["rows"],
      objects: batch["objects"],
    });
    lines.push(...ofBatch);
  }
  const named = batches.flatMap(({ objects }) => (objects as Answer[]).map(({ key }) => key as string));
  expect(keys.filter((key) => !key.includes("/_manifests/")).toSorted()).toEqual(named.toSorted());
  return lines;
}

/** Each recording's newest line is what the collector answers of it, and of a deleted one its tombstone. */
async function checkNewest({ environment }: Scenario, lines: Line[]): Promise<void> {
  const newest = new Map<string, Line>();
  for (const line of lines) {
    const known = newest.get(nameOf(line));
    if (known === undefined || line.seq > known.seq || (line.seq === known.seq && line.version > known.version))
      newest.set(nameOf(line), line);
  }
  const rows = await env.DB.prepare("SELECT project_id, id FROM recordings WHERE environment = ?1").bind(environment).all();
  const live = rows.results as { project_id: string; id: string }[];
  for (const { project_id, id } of live) {
    const line = newest.get(nameOf({ project_id, id }));
    expect(line).toEqual(lineOf(await readRecording(project_id, id)));
    newest.delete(nameOf({ project_id, id }));
  }
  for (const line of newest.values()) expect(line.deleted, `${line.id} is gone, and its newest line is no tombstone`).toBe(true);
  const deleted = await env.DB.prepare("SELECT recording_id AS id, project_id FROM changes WHERE environment = ?1 AND kind = 'deleted'")
    .bind(environment)
    .all();
  for (const one of deleted.results as { project_id: string; id: string }[])
    expect(lines.filter((line) => line.deleted).map(nameOf)).toContain(nameOf(one));
}

/** What of a line is compared, in either format. */
interface Line {
  project_id: string;
  id: string;
  seq: number;
  version: number;
  deleted: boolean;
  cost: number | null;
  messages: unknown;
}

function lineOf(row: Answer): Line {
  const { project_id, id, seq, version, deleted, cost_nano_usd: cost, messages } = row;
  return {
    project_id,
    id,
    seq: Number(seq),
    version: Number(version ?? 0),
    deleted: deleted === true,
    cost: cost === null || cost === undefined ? null : Number(cost),
    messages: typeof messages === "string" ? JSON.parse(messages) : (messages ?? null),
  };
}

function nameOf({ project_id, id }: { project_id: string; id: string }): string {
  return `${project_id} ${id}`;
}

async function placesOf(environment: string): Promise<number[]> {
  const statement = env.DB.prepare(
    "SELECT seq FROM recordings WHERE environment = ?1 UNION ALL SELECT seq FROM changes WHERE environment = ?1",
  );
  return (await statement.bind(environment).all<{ seq: number }>()).results.map(({ seq }) => seq);
}

function isIn(place: number, { from_seq: from, to_seq: to }: Answer): boolean {
  return place > (from as number) && place <= (to as number);
}

async function unpackNdjson(bytes: Uint8Array<ArrayBuffer>): Promise<Line[]> {
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => lineOf(JSON.parse(line) as Answer));
}

async function unpackParquet(bytes: Uint8Array<ArrayBuffer>): Promise<Line[]> {
  return ((await parquetReadObjects({ file: bytes.buffer })) as Answer[]).map(lineOf);
}

async function bytesOf(key: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array((await (await env.ARCHIVE.get(key))?.arrayBuffer()) ?? new ArrayBuffer());
}
