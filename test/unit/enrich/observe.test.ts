import { expect, test } from "vitest";
import { observeCall } from "../../../src/enrich/observe";
import { calibrationOf } from "../../../src/enrich/project-calibration";
import { nothingReported } from "../../../src/model/usage";
import { estimateOf } from "./call/calls";

const stored = (provider: string, model: string, messages: unknown[], completionTokens: number, reasoningTokens: number | null) =>
  ({
    provider,
    model,
    contentText: JSON.stringify({ messages }),
    usage: { reported: { ...nothingReported, completionTokens, reasoningTokens } },
  }) as never;

test("an estimate that holds the sealed reasoning is not held against a report without it", async () => {
  const messages = [
    { role: "user", content: "Why?" },
    { type: "reasoning", summary: [], encrypted_content: "A".repeat(4000) },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "Because of the light that is scattered." }] },
  ];
  const estimate = estimateOf({ provider: "openai", model: "gpt-5", messages }).completion!;
  // The estimate is perfect: it says what was reported.
  const seen = await observeCall(stored("openai", "gpt-5", messages, estimate.tokens, estimate.tokens - 14));
  for (const [estimated, reported] of seen!.completion) expect(reported / estimated).toBeCloseTo(1, 1);
});

test("an estimate that holds the usual hidden reasoning is not held against a report without it", async () => {
  const messages = [
    { role: "user", content: "Explain why the sky is blue, in detail, for a child of ten." },
    { role: "model", parts: [{ text: "Light is scattered by the air, and blue more than red." }] },
  ];
  const estimate = estimateOf({ provider: "google", model: "gemini-2.5-flash", messages }).completion!;
  const seen = await observeCall(stored("google", "gemini-2.5-flash", messages, estimate.tokens, estimate.tokens - 14));
  for (const [estimated, reported] of seen!.completion) expect(reported / estimated).toBeCloseTo(1, 1);
});

test("eight perfect estimates do not make the ninth worse", async () => {
  const observations = [];
  for (let n = 0; n < 8; n += 1) {
    const messages = [
      { role: "user", content: "Why?" },
      { type: "reasoning", summary: [], encrypted_content: "A".repeat(2000 + 100 * n) },
      {
        type: "message",
        role: "assistant",
        content: [{ type: "output_text", text: "Because of the light that is scattered, and of the air, and of the sun, ".repeat(3) }],
      },
    ];
    const estimate = estimateOf({ provider: "openai", model: "gpt-5", messages }).completion!;
    const seen = await observeCall(stored("openai", "gpt-5", messages, estimate.tokens, estimate.tokens - 52));
    observations.push(...seen!.completion);
  }
  expect(calibrationOf(observations)).toBeNull();
});
