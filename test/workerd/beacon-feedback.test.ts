import { expect, test } from "vitest";
import { readRecording } from "./collector";
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
