import type { FunctionCall } from "../../model/recording";
import type { FamilyStyle } from "./family-style";
import type { Message, Part } from "./message";
import type { Reasoning } from "./reasoning";
import type { ToolChoice } from "./tools";
import { addCalls, addCount, addOpenaiCalls, addParts, addText, type Call, newSide, type Side } from "./side";

/** What an estimate says that leaves out what was reasoned and not shown. */
export const hiddenNote = "hidden reasoning: lower bound";

/** Units of question and answer that tell how much was reasoned. More of them were not seen to, so a long prompt promises no more. */
const tellingUnitsMax = 4000;

/** What a completion is read from. */
interface Answer {
  messages: Message[];
  functionCall: FunctionCall | null;
  style: FamilyStyle;
  /** Whether it is OpenAI's Responses. */
  isResponses: boolean;
  hasTools: boolean;
  hasSchema: boolean;
  reasoning: Reasoning;
  /** UTF-16 units of the prompt. */
  askedUnits: number;
  /** Tokens that one answer may have. */
  bound: number | null;
  /** How the model was told to use its tools. */
  choice: ToolChoice;
}

/** The side that the model wrote. Null where nothing was answered, or nothing that is text: an image alone is unknown, not 0. */
export function readCompletionSide(answer: Answer): Side | null {
  const { messages, style } = answer;
  const side = newSide();
  const calls: Call[] = [];
  let isKnown = false;
  for (const { parts } of messages) {
    addCount(side, "messages");
    addParts(side, parts, "text", style);
    const own = parts.filter((part) => part.kind === "call");
    for (const call of own) calls.push(call);
    if (!answer.isResponses) addAnswerCalls(side, own, answer);
    const hasMedia = parts.some(({ kind }) => kind === "image" || kind === "unknown");
    if (parts.some((part) => isCountable(part, hasMedia))) isKnown = true;
  }
  const late = lateCall(answer.functionCall, calls);
  if (late !== null) {
    calls.push(late);
    if (messages.length === 0) addCount(side, "messages");
    if (!answer.isResponses) addAnswerCalls(side, [late], answer);
  }
  // The calls of one answer are items of their own in Responses.
  if (answer.isResponses) addAnswerCalls(side, calls, answer);
  if (!isKnown && late === null) return null;
  // Several choices have the bound each.
  if (answer.bound !== null) side.tokensMax = answer.bound * (answer.isResponses ? 1 : Math.max(1, messages.length));
  if (side.images.length > 0) side.notes.add("image not counted"); // what a model makes is not counted as what it sees
  side.images = [];
  if (answer.hasTools) addCount(side, "anyTools");
  if (calls.length > 0 && isForced(answer.choice)) addCount(side, "required");
  if (answer.hasSchema) addCount(side, "anySchema");
  if (answer.hasSchema && calls.length === 0) addCount(side, "schemaAnswers");
  if (answer.hasSchema && calls.length === 0 && answer.hasTools) addCount(side, "schemaBesideTools");
  noteReasoning(side, answer);
  return side;
}

/** Whether a part of an answer can be counted: reasoning, where it is shown or its sealed length is known; an empty text, where it is all of the answer. */
function isCountable(part: Part, isBesideMedia: boolean): boolean {
  if (part.kind === "thinking") return part.text !== "" || part.sealedUnits > 0;
  if (part.kind === "text") return part.text !== "" || !isBesideMedia;
  return part.kind === "call";
}

function isForced({ mode }: ToolChoice): boolean {
  return mode === "required" || mode === "named";
}

/** A call that the model was told to make by its name is begun in the prompt, and its arguments alone are written. */
function addAnswerCalls(side: Side, calls: Call[], { style, choice }: Answer): void {
  if (style.isOpenai && choice.mode !== "named") return addOpenaiCalls(side, calls, style, false);
  const written = choice.mode === "named" ? calls.map((call) => ({ ...call, name: "" })) : calls;
  if (style.isOpenai) for (const call of written) addText(side, "call", call.arguments, style);
  else addCalls(side, written, style);
}

/**
 * Says whether there is more than can be seen. Gemini seals its thoughts onto the calls that it makes: a call without a seal
 * had none. `hidden` is counted where there was surely some: a call is often made without, and Gemini's answer beside tools.
 */
function noteReasoning(side: Side, { reasoning, style, hasTools, askedUnits }: Answer): void {
  if (side.pieces.some(({ kind }) => kind === "thinking")) return;
  if (side.counts.sealed !== undefined) return void side.notes.add("hidden reasoning: estimated by its sealed length");
  const hasCalls = side.counts.calls !== undefined || side.counts.parallels !== undefined;
  const isGemini = style.tools === "words";
  if (reasoning === "never" || (isGemini && hasCalls)) return;
  side.notes.add(hiddenNote);
  if (reasoning === "sometimes" || hasCalls || (isGemini && hasTools)) return;
  addCount(side, "hidden");
  addCount(side, "askedUnits", Math.min(askedUnits, tellingUnitsMax));
  addCount(side, "saidUnits", Math.min(side.textUnits, tellingUnitsMax));
}

/** The call that the recording keeps beside its messages, where they lack it. */
function lateCall(functionCall: FunctionCall | null, calls: Call[]): Call | null {
  if (functionCall === null || calls.some(({ name }) => name === functionCall.name)) return null;
  return { kind: "call", name: functionCall.name, arguments: functionCall.arguments };
}
