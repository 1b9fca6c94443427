import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { RecordPayload } from "../../../src/client/client";
import { type Answer, startProvider } from "./provider";

export const user = { role: "user" as const, content: "Hi." };

/** A recorder's one door, and what went through it. */
export function recorded() {
  const payloads: RecordPayload[] = [];
  const recorder = { record: (payload: RecordPayload) => `id-${payloads.push(structuredClone(payload))}` };
  return { payloads, about: { recorder }, one: async () => await vi.waitUntil(() => payloads[0]) };
}

/** OpenAI's client, of a provider with these answers. */
export async function openai(...answers: Answer[]) {
  const { url, asked } = await startProvider(...answers);
  return { client: new OpenAI({ baseURL: url, apiKey: "sk-secret", maxRetries: 0 }), asked };
}

/** Anthropic's. */
export async function claude(...answers: Answer[]) {
  const { url } = await startProvider(...answers);
  return new Anthropic({ baseURL: url.replace("/v1", ""), apiKey: "sk-secret", maxRetries: 0 });
}

export async function readAll(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** That no test of a file leaves a rejection that nobody handles. */
export function expectNoRejections(): void {
  const rejected: unknown[] = [];
  const note = (reason: unknown) => rejected.push(reason);
  beforeEach(() => {
    rejected.length = 0;
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(rejected).toEqual([]);
  });
}
