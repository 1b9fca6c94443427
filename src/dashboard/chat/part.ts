import type { Json } from "../../model/json";

/** A piece of a message, by what it is to its reader. What nobody is known to send is `other`, as it came. */
export type Part =
  | { kind: "text" | "refusal"; text: string }
  /** `isSealed`: the provider keeps more of it to itself, or all. */
  | { kind: "thinking"; text: string; isSealed: boolean }
  | { kind: "call"; id: string | null; name: string; given: Json | undefined }
  | { kind: "result"; id: string | null; name: string | null; isError: boolean; parts: Part[] }
  /** `source` is an address, a data URI, or a path of ours; `type` a media type where one is named. */
  | { kind: "media"; source: string; type: string | null; name: string | null }
  | { kind: "other"; value: Json }
  /** How many more there are, which are not shown. */
  | { kind: "left"; count: number };

/** Who speaks. */
export type Role = "system" | "user" | "assistant" | "tool";

/** A message, or an item of OpenAI's Responses, as it is shown. */
export interface Turn {
  role: Role;
  /** As it was posted, where it has one. */
  roleName: string | null;
  name: string | null;
  parts: Part[];
  /** Whether it is of the answer, and not of what was asked. */
  isAnswer: boolean;
}
