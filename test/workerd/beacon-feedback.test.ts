import { expect, test } from "vitest";
import { type Answer, askJson, readRecording, transactionsDuring } from "./collector";
import { messages, openPage } from "./beacon-page";

test.for([
  ["up", "down"],
  ["down", "up"],
])("of two things that are said of one recording in one post, %j and then %j, the later counts", async (thumbs) => {
  const { project, post } = await openPage();
  const said = thumbs.map((thumb) => ({ id: "a", feedback: { thumb } }));
  expect((await post([...said, { id: "a", allMessages: messages }])).status).toBe(204);
  expect((await readRecording(project, "a"))["feedback"]).toEqual({ thumb: thumbs[1] });
});

test("feedback that is refused is no refused recording: neither in the ledger nor in its recording's status", async () => {
  const { project, post } = await openPage();
  const bad = { id: "a", feedback: { stars: {} } };
  expect((await post([{ id: "a", allMessages: messages }, bad, { id: "b" }])).status).toBe(200);
  expect((await post(bad)).status).toBe(400);
  const { json: ledger } = await askJson("GET", `/v1/ledger?project_id=${project}`);
  expect(ledger["totals"]).toMatchObject({ received: 2, stored: 1, rejected_total: 1 });
  const { json: status } = await askJson("GET", `/v1/recordings/a/status?project_id=${project}`);
  expect(status).toMatchObject({ status: "stored", rejections: [] });
});

test("five hundred times feedback in one post are a few transactions", async () => {
  const { project, post } = await openPage();
  await post([{ id: "r-0", allMessages: messages }]);
  const said = Array.from({ length: 500 }, (_, index) => ({ id: `r-${index}`, feedback: { n: index } }));
  const transactions = await transactionsDuring(async () => {
    expect((await post(said)).status).toBe(204);
  });
  // Work of other requests may be among them.
  expect(transactions.length).toBeLessThan(15);
  expect((await readRecording(project, "r-0"))["feedback"]).toEqual({ n: 0 });
});

test("feedback that its recording has no room for refuses only itself, however much stands beside it", async () => {
  const { project, post } = await openPage();
  expect((await post({ id: "full", feedback: { first: "x".repeat(60_000) } })).status).toBe(204);
  const others = (from: number) => Array.from({ length: 60 }, (_, index) => ({ id: `o-${from + index}`, feedback: { n: index } }));
  const full = { id: "full", feedback: { second: "x".repeat(60_000) } };
  const tooLong = { id: "o-0", feedback: { long: "x".repeat(70_000) } };
  const answer = await post([{ id: "o-119", allMessages: messages }, ...others(0), full, tooLong, ...others(60)]);
  expect(answer.status).toBe(200);
  const { results, ...counts } = await answer.json<Answer>();
  expect(counts).toEqual({ stored: 121, spooled: 0, duplicates: 0, rejected: 2 });
  const rejected = results.filter(({ status }: Answer) => status === "rejected");
  expect(rejected).toMatchObject([
    { index: 61, id: "full", error: { code: "too_large" } },
    { index: 62, id: "o-0", error: { code: "too_large" } },
  ]);
  expect((await readRecording(project, "o-119"))["feedback"]).toEqual({ n: 59 });
});

test("messages that are null are none, beside feedback too", async () => {
  const { project, post } = await openPage();
  await post({ id: "a", allMessages: messages });
  expect((await post([{ id: "a", feedback: { thumb: "up" }, allMessages: null, messages: null }])).status).toBe(204);
  expect((await readRecording(project, "a"))["feedback"]).toEqual({ thumb: "up" });
});
