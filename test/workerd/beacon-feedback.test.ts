import { expect, test } from "vitest";
import { askJson, readRecording } from "./collector";
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
