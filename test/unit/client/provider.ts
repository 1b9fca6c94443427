import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** One answer of a provider: JSON with its status, or the events of a stream, after which it may break off or wait for ever. */
export type Answer = { status?: number; json: object } | { events: (object | string)[]; ends?: "whole" | "broken" | "never" };

/** A provider on this machine, which gives its answers in turn, and the bodies that it was asked with. */
export async function startProvider(...answers: Answer[]): Promise<{ url: string; asked: Record<string, unknown>[] }> {
  const asked: Record<string, unknown>[] = [];
  const left = [...answers];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      const answer = left.shift() ?? { status: 500, json: {} };
      if ("json" in answer) {
        response.writeHead(answer.status ?? 200, { "Content-Type": "application/json" });
        return response.end(JSON.stringify(answer.json));
      }
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      for (const event of answer.events) {
        const name = typeof event === "object" && "type" in event ? `event: ${String(event.type)}\n` : "";
        response.write(`${name}data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
      }
      if (answer.ends === "never") return response;
      if (answer.ends === "broken") return setTimeout(() => request.socket.destroy(), 50);
      return response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
}

const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, prompt_tokens_details: { cached_tokens: 4 } };

/** OpenAI's chat. */
export const chat = {
  usage,
  whole: (message: object = { role: "assistant", content: "Hello." }, finish_reason = "stop"): Answer => ({
    json: {
      id: "c",
      object: "chat.completion",
      created: 1,
      model: "gpt-4o-mini-2024-07-18",
      choices: [{ index: 0, message, finish_reason }],
      usage,
    },
  }),
  events: (deltas: object[], finish_reason: string | null = "stop", withUsage = true): (object | string)[] => [
    ...deltas.map((delta) => ({
      id: "c",
      object: "chat.completion.chunk",
      created: 1,
      model: "gpt-4o-mini-2024-07-18",
      choices: [{ index: 0, delta, finish_reason: null }],
    })),
    ...(finish_reason === null
      ? []
      : [
          {
            id: "c",
            object: "chat.completion.chunk",
            created: 1,
            model: "gpt-4o-mini-2024-07-18",
            choices: [{ index: 0, delta: {}, finish_reason }],
          },
        ]),
    ...(withUsage ? [{ id: "c", object: "chat.completion.chunk", created: 1, model: "gpt-4o-mini-2024-07-18", choices: [], usage }] : []),
    ...(finish_reason === null ? [] : ["[DONE]"]),
  ],
};

/** OpenAI's Responses. */
const output = [
  { type: "message", id: "m", role: "assistant", status: "completed", content: [{ type: "output_text", text: "Hello.", annotations: [] }] },
];
const responsesUsage = {
  input_tokens: 9,
  output_tokens: 2,
  total_tokens: 11,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens_details: { reasoning_tokens: 0 },
};
const response = {
  id: "r",
  object: "response",
  created_at: 1,
  model: "gpt-4o-mini-2024-07-18",
  status: "completed",
  output,
  usage: responsesUsage,
};
export const responses = {
  output,
  usage: responsesUsage,
  whole: { json: response } satisfies Answer,
  events: [
    { type: "response.created", sequence_number: 0, response: { ...response, status: "in_progress", output: [], usage: null } },
    { type: "response.output_item.added", sequence_number: 1, output_index: 0, item: { ...output[0], content: [], status: "in_progress" } },
    {
      type: "response.content_part.added",
      sequence_number: 2,
      output_index: 0,
      content_index: 0,
      item_id: "m",
      part: { type: "output_text", text: "", annotations: [] },
    },
    { type: "response.output_text.delta", sequence_number: 3, output_index: 0, content_index: 0, item_id: "m", delta: "Hello." },
    { type: "response.output_item.done", sequence_number: 4, output_index: 0, item: output[0] },
    { type: "response.completed", sequence_number: 5, response },
  ],
};

/** Anthropic's messages. */
const anthropicMessage = { id: "a", type: "message", role: "assistant", model: "claude-sonnet-4-5", stop_sequence: null };
export const anthropic = {
  usage: { input_tokens: 9, output_tokens: 2, cache_read_input_tokens: 4, cache_creation_input_tokens: 0 },
  whole: (content: object[] = [{ type: "text", text: "Hello." }], stop_reason = "end_turn"): Answer => ({
    json: { ...anthropicMessage, content, stop_reason, usage: anthropic.usage },
  }),
  events: (blocks: { start: object; deltas: object[] }[], stop_reason = "end_turn"): object[] => [
    {
      type: "message_start",
      message: { ...anthropicMessage, content: [], stop_reason: null, usage: { ...anthropic.usage, output_tokens: 1 } },
    },
    ...blocks.flatMap(({ start, deltas }, index) => [
      { type: "content_block_start", index, content_block: start },
      ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ]),
    { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 2 } },
    { type: "message_stop" },
  ],
};
