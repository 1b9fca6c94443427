import { readFileSync } from "node:fs";

/** Bytes of the JSON of a recording that is billed. */
export const recordingBytes = 4096;

/** The project that all are of. */
export const project = "bill";

/** Models that calls go to, half of them to the first. */
const models = [
  ["openai", "gpt-4o-mini"],
  ["openai", "gpt-4o"],
  ["anthropic", "claude-sonnet-4-5"],
  ["google", "gemini-2.5-flash"],
] as const;

/** Some two thousand, so that they pack about as well as what people write. */
const words = [...new Set(readFileSync("README.md", "utf8").match(/[A-Za-z]+/g))];

/** What makes recordings differ in their costs. */
export interface Made {
  index: number;
  session: string;
  startedMs: number;
}

/** A call of its own with usage, of `recordingBytes`: no other begins like it. */
export function callOf(made: Made): object {
  const room = recordingBytes - JSON.stringify(recordingOf(made, [said("user", ""), said("assistant", "")])).length;
  const asked = prose(made.index, Math.floor(room / 2));
  return recordingOf(made, [said("user", asked), said("assistant", prose(made.index + 0.5, room - asked.length))]);
}

/** The same after so many turns of its session's conversation, the last of them of 800 bytes: five are some 4 kB. */
export function turnOf(made: Made, turns: number): object {
  const messages = Array.from({ length: turns }, (_, turn) => [
    said("user", prose(`${made.session} asks ${turn}`, 370)),
    said("assistant", prose(`${made.session} is told ${turn}`, 370)),
  ]);
  return recordingOf(made, messages.flat());
}

function recordingOf({ index, session, startedMs }: Made, messages: object[]): object {
  const [provider, model] = models[Math.max(0, (index % 6) - 2)] ?? models[0];
  return {
    project_id: project,
    id: `recording-${String(index).padStart(8, "0")}`,
    session_id: session,
    all_messages: messages,
    call_info: {
      provider,
      model,
      start_time: startedMs / 1000,
      end_time: startedMs / 1000 + 1.25 + (index % 40) / 10,
      usage: { prompt_tokens: 480 + (index % 40), completion_tokens: 460 },
    },
    prompt_info: { prompt_template_version_id: `version-${index % 3}`, environment: "prod" },
  };
}

function said(role: string, content: string): object {
  return { role, content };
}

/** So many bytes of words, drawn by a name that they begin with. */
function prose(name: string | number, bytes: number): string {
  let text = `${name}:`;
  let drawn = 7;
  for (let at = 0; at < text.length; at += 1) drawn = (drawn * 31 + text.charCodeAt(at)) % 2_147_483_647;
  while (text.length < bytes) {
    drawn = (drawn * 48_271) % 2_147_483_647;
    text += ` ${words[drawn % words.length]}`;
  }
  return text.slice(0, bytes);
}
