import { expect, test } from "vitest";
import { createRecorder } from "../../../src/client/client";
import { recordCall } from "../../../src/client/record-call";

const completion = { choices: [{ message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }] };
const result = { finishReason: "stop", usage: {}, totalUsage: {}, response: { modelId: "m", messages: [] } };
async function* stream() {
  yield { choices: [{ index: 0, delta: { role: "assistant", content: "Hello." }, finish_reason: null }] };
  await Promise.resolve();
  yield { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
}
const streamed = () => ({ [Symbol.asyncIterator]: stream });

test.each<[string, () => object | string | Promise<object>]>([
  ["a text", () => "Hello."],
  ["a chat completion", async () => completion],
  ["a result of the AI SDK", async () => result],
  ["a stream that was read", async () => streamed()],
  ["an error", async () => await Promise.reject(new Error("It is away."))],
])("a flush right after a call sends the call's recording, so that a Worker or a process may end then: %s", async (_, call) => {
  const posts: unknown[] = [];
  const recorder = createRecorder({
    url: "https://collector.example",
    key: "ac_ingest_0",
    fetch: async (_url, { body }) => {
      posts.push(...(JSON.parse(body as string) as unknown[]));
      return await Promise.resolve(new Response(null, { status: 204 }));
    },
  });
  const answer: unknown = await recordCall({ model: "m", messages: [] }, call, { recorder, id: "call" }).catch(() => undefined);
  if (answer !== null && typeof answer === "object" && Symbol.asyncIterator in answer) {
    for await (const chunk of answer as AsyncIterable<object>) expect(chunk).toHaveProperty("choices");
  }
  expect(await recorder.flush()).toBe(0);
  expect(posts).toMatchObject([{ id: "call" }]);
});
