import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../../src/limits";
import { type Answer, askJson, newProject } from "./collector";
import { linesOf, openOutpost, type Outpost, record } from "./outpost";

let outpost: Outpost;
beforeAll(async () => {
  outpost = await openOutpost();
});
afterAll(async () => await outpost.close());

const webhook = { kind: "webhook", url: "https://hooks.example.com/in" };

test.for([
  [
    "recordings of up to 1.9 MB",
    6,
    (index: number) => ({ inputs: { long: "x".repeat([1_890_000, 400_000, 999_000, 500_000, 10, 500_000][index] ?? 0) } }),
  ],
  ["one recording of much text of three bytes a letter", 1, () => ({ inputs: { long: "天".repeat(600_000) } })],
  ["many lines of large metadata", 300, () => ({ session_info: { custom_metadata: { note: "天空".repeat(2000) } } })],
  ["many small lines", 500, () => ({ environment: "天".repeat(256), session_info: { custom_metadata: { tag: "天".repeat(300) } } })],
] as [string, number, (index: number) => Answer][])(
  "a webhook's body never exceeds its megabyte, and no line is lost: %s",
  async ([, count, more]) => {
    const project = newProject();
    const { id } = await outpost.destination({ ...webhook, project_id: project });
    outpost.calls.length = 0;
    const perPost = count < 10 ? 1 : 100;
    for (let at = 0; at < count; at += perPost) await record(outpost, project, names(at, perPost), more(at));
    await outpost.deliver();
    expect((await outpost.status(id))["lag"]).toEqual({ changes: 0, seconds: 0 });
    expect(Math.max(...outpost.calls.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1_000_000);
    const lines = outpost.calls.flatMap(linesOf);
    expect(lines.map((line) => line["id"] as string)).toEqual(names(0, count));
    for (const line of lines) expect("messages" in line ? line["content_omitted"] : undefined).toBeUndefined();
    for (const line of lines) if (!("messages" in line)) expect(line).toMatchObject({ project_id: project, content_omitted: "too_large" });
    const batches = await outpost.batches(id);
    expect(batches.map(({ rows, objects }) => [rows, objects[0].bytes])).toEqual(
      outpost.calls.map((call) => [linesOf(call).length, call.bytes.length]),
    );
  },
);

test("a webhook's body is at most 1 MB, though every name in it is as long as may be", async () => {
  const project = newProject().padEnd(limits.idCharsMax, "p");
  const [provider, model] = ["型", "模"].map((character) => character.repeat(limits.nameCharsMax));
  const overrides = [{ provider, model, usd_per_million: { input: 1, output: 2 } }];
  expect((await askJson("PUT", `/v1/projects/${project}/prices`, { body: { overrides } })).status).toBe(200);
  await outpost.destination({ ...webhook, project_id: project });
  const ids = Array.from({ length: limits.webhookChangesMax }, (_, index) => `r-${index}-`.padEnd(limits.idCharsMax, "r"));
  const metadata = { session_id: "s".repeat(limits.idCharsMax), custom_metadata: { note: "境".repeat(150) } };
  // Of these the collector finds out little, and says so at length.
  const content = ["image_url", "input_audio", "file"].map((type) => ({ type, [type]: {} }));
  const messages = [
    { role: "user", content },
    { role: "assistant", content: "Yes." },
  ];
  const call = { provider, model, start_time: 1_767_323_045.678, end_time: 1_767_323_047.25 };
  await record(outpost, project, ids, {
    session_info: metadata,
    call_info: call,
    inputs: { text: "x".repeat(600) },
    all_messages: messages,
  });
  outpost.calls.length = 0;
  await outpost.deliver();
  expect(outpost.calls.flatMap(linesOf).map(({ id }) => id as string)).toEqual(ids);
  for (const { bytes } of outpost.calls) expect(bytes.length).toBeLessThanOrEqual(limits.webhookBytesMax);
});

test("what fits of a recording that is too large for a webhook's body is sent: its metadata, or what the collector found out", async () => {
  const project = newProject();
  outpost.calls.length = 0;
  await outpost.destination({ ...webhook, project_id: project });
  const messages = { all_messages: [{ role: "user", content: "x".repeat(990_000) }] };
  await record(outpost, project, ["large"], { ...messages, session_info: { custom_metadata: { note: "n".repeat(30_000) } } });
  await record(outpost, project, ["huge"], { session_info: { custom_metadata: { note: "n".repeat(1_200_000) } } });
  await outpost.deliver();
  const lines = outpost.calls.flatMap(linesOf);
  expect(lines.map((line) => [line["id"], line["content_omitted"], line["session_info"]?.custom_metadata?.note.length])).toEqual([
    ["large", "too_large", 30_000],
    ["huge", "too_large", undefined],
  ]);
});

function names(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `r-${from + index}`);
}
