import type { ImageSize } from "./image-size";

/** What one message of any provider says, in words of our own. */
export interface Message {
  /** `system`, `user`, `assistant` or `tool`: whose side it is, whatever the provider calls it. */
  role: "system" | "user" | "assistant" | "tool";
  /** The author's name, where one is given. */
  name: string | null;
  parts: Part[];
}

export type Part =
  | { kind: "text"; text: string }
  /** Reasoning that is shown. `sealedUnits` is the length of what stands for it unread: a signature, encrypted content. */
  | { kind: "thinking"; text: string; sealedUnits: number }
  | { kind: "call"; name: string; arguments: string }
  | { kind: "result"; name: string | null; parts: Part[] }
  | { kind: "image"; size: ImageSize | null; detail: string | null }
  /** What cannot be counted: `audio`, `video`, `file`, `server tool`. */
  | { kind: "unknown"; what: string };
