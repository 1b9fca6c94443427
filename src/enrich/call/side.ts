import { limits } from "../../limits";
import { isJsonObject, isWithinDepth, type Json, parseJson } from "../../model/json";
import { jsonText } from "./json-text";
import type { Image } from "../estimate/image-tokens";
import type { FamilyStyle } from "./family-style";
import type { Part } from "./message";

/** What a text is for the model: tokens of one kind weigh alike within a family. */
export type TextKind = "text" | "system" | "thinking" | "call" | "result" | "tool" | "schema" | "choice";

/** What is counted beside texts: so many of these things, or 1 where there is one at all. */
export type CountName =
  | "one"
  | "messages"
  | "systems"
  | "assistants"
  | "names"
  | "calls"
  | "arguments"
  | "parallels"
  | "results"
  | "anyTools"
  | "tools"
  | "properties"
  | "bareTools"
  | "hostedTools"
  | "required"
  | "named"
  | "serial"
  | "anySchema"
  | "titled"
  | "schemaAnswers"
  | "schemaBesideTools"
  | "digits"
  | "thinks"
  | "hidden"
  | "askedUnits"
  | "saidUnits"
  | "sealed"
  | "sealedUnits";

/** One side of a call, ready to be counted. */
export interface Side {
  pieces: { kind: TextKind; text: string }[];
  /** UTF-16 units of the pieces. */
  textUnits: number;
  counts: Partial<Record<CountName, number>>;
  images: Image[];
  /** What the side cannot have more of: an answer's bound; infinite where there is none. */
  tokensMax: number;
  notes: Set<string>;
}

/** A longer seal holds more than thoughts: Gemini puts an image that it made into it. */
const sealedUnitsMax = 65_536;

export type Call = Extract<Part, { kind: "call" }>;

export function newSide(): Side {
  return { pieces: [], textUnits: 0, counts: { one: 1 }, images: [], tokensMax: Infinity, notes: new Set() };
}

export function addText(side: Side, kind: TextKind, text: string, style: FamilyStyle): void {
  side.pieces.push({ kind, text });
  side.textUnits += text.length;
  if (style.splitsDigits) addCount(side, "digits", extraDigits(text));
}

export function addCount(side: Side, name: CountName, count = 1): void {
  if (count !== 0) side.counts[name] = (side.counts[name] ?? 0) + count;
}

/** Adds what a message's parts say, calls aside: those are written in their family's way. */
export function addParts(side: Side, parts: Part[], kind: TextKind, style: FamilyStyle): void {
  const hasSealed = parts.some((part) => part.kind === "thinking" && part.sealedUnits > 0);
  for (const part of parts) {
    if (part.kind === "text") addText(side, kind, part.text, style);
    else if (part.kind === "thinking") {
      // A summary gives way to what is sealed beside it.
      if (part.text !== "" && !(style.sealsReasoning && hasSealed)) addText(side, "thinking", part.text, style);
      if (part.sealedUnits > 0) addCount(side, "sealed");
      addCount(side, "sealedUnits", Math.max(0, Math.min(part.sealedUnits, sealedUnitsMax) - style.sealEnvelopeUnits));
    } else if (part.kind === "result") {
      addCount(side, "results");
      if (part.name !== null) addText(side, "result", part.name, style);
      addParts(side, part.parts, "result", style);
    } else if (part.kind === "image") side.images.push({ size: part.size, detail: part.detail });
    else if (part.kind === "unknown") side.notes.add(`${part.what} not counted`);
  }
}

/** Adds calls as a name and JSON arguments each, or a name and each argument's own name and value. */
export function addCalls(side: Side, calls: Call[], style: FamilyStyle): void {
  for (const call of calls) {
    addCount(side, "calls");
    addText(side, "call", call.name, style);
    const given = style.calls === "arguments" ? argumentsOf(call) : null;
    if (given === null) addText(side, "call", call.arguments, style);
    for (const [name, value] of given ?? []) {
      addCount(side, "arguments");
      addText(side, "call", name, style);
      addText(side, "call", jsonText(value), style);
    }
  }
}

/** A call's arguments by name; null where they are no object, or too large to be taken apart. */
function argumentsOf(call: Call): [string, Json][] | null {
  if (call.arguments.length > limits.partedUnitsMax) return null;
  try {
    const value = parseJson(call.arguments === "" ? "{}" : call.arguments);
    return isJsonObject(value) && isWithinDepth(value, limits.jsonDepthMax) ? Object.entries(value) : null;
  } catch {
    return null; // cut off, or never JSON
  }
}

/**
 * Adds the calls of one message as OpenAI's models write them: `functions.name` is the recipient; in a prompt the result
 * comes from there too, so the name is read twice. Several calls at once are one call of `multi_tool_use.parallel`.
 */
export function addOpenaiCalls(side: Side, calls: Call[], style: FamilyStyle, isPrompt: boolean): void {
  if (calls.length > 1) {
    const uses = calls.map((call) => `{"recipient_name":"functions.${call.name}","parameters":${call.arguments}}`);
    addText(side, "call", `{"tool_uses":[${uses.join(",")}]}`, style);
    addCount(side, "parallels");
    return;
  }
  for (const call of calls) {
    addCount(side, "calls");
    addText(side, "call", `functions.${call.name}`, style);
    if (isPrompt) addText(side, "call", `functions.${call.name}`, style);
    addText(side, "call", call.arguments, style);
  }
}

/** How many more tokens a text's digits make one by one than by three. */
function extraDigits(text: string): number {
  let extra = 0;
  let run = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    if (code >= 0x30 && code <= 0x39) run += 1;
    else if (run > 0) {
      extra += run - Math.ceil(run / 3);
      run = 0;
    }
  }
  return extra;
}
