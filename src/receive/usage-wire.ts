import type { Issue } from "../errors";
import type { JsonObject } from "../model/json";
import type { ReportedUsage } from "../model/usage";
import { collectCounts, type SentCount } from "./usage-counts";
import {
  cachedAudioNames,
  checkedNames,
  completionNames,
  inputAudioNames,
  outputAudioNames,
  outsideCacheNames,
  promptNames,
  readNames,
  reasoningNames,
  toolUseNames,
  totalNames,
  write1hNames,
  write5mNames,
  writeNames,
} from "./usage-names";

/** Hosts whose `completion_tokens` leave the reasoning out. Perplexity's total does so too, and proves nothing. */
const xai = /^x-?ai$/i;
const perplexity = /^perplexity/i;
/** The Vercel AI SDK 5 passes Anthropic's bare `input_tokens` on under its own names, and sums the total from it: only the host tells. */
const anthropic = /anthropic|claude/i;

/** One side as it was said: its total's name and number, and the parts of it. */
interface Side {
  name: string | null;
  tokens: number | null;
  /** Tokens that the total may or may not hold, by shape and by `total_tokens`. */
  loose: number;
}

/**
 * What a caller's `call_info.usage` says, in the data model's words or as a provider gave it. The shape decides how
 * it is read; where a `total_tokens` proves otherwise, that does; `provider` only where neither tells. Parts that
 * do not fit into their total are dropped rather than guessed, and `notes` says so.
 * A count that stands at the top and is no whole number becomes one of `issues`, named as it was sent.
 */
export function readReportedUsage(usage: JsonObject, provider: string | null, issues: Issue[]): ReportedUsage {
  const counts = collectCounts(usage);
  const notes: string[] = [];
  checkCounts(counts, issues);
  const read = first(counts, readNames);
  const write = writtenTokens(counts);
  const reasoning = first(counts, reasoningNames);
  const prompt: Side = { ...total(counts, promptNames, notes), loose: (read ?? 0) + (write ?? 0) };
  const completion: Side = { ...total(counts, completionNames, notes), loose: reasoning ?? 0 };
  if (prompt.tokens !== null) prompt.tokens += first(counts, toolUseNames) ?? 0;
  addSilentCandidates(counts, prompt, completion);
  addLoose(counts, prompt, completion, provider ?? "", notes);

  const cachedAudio = first(counts, cachedAudioNames) ?? 0;
  const audio = first(counts, inputAudioNames);
  const input = { read, write, audio: audio === null ? null : Math.max(0, audio - cachedAudio) };
  const output = { reasoning, audio: first(counts, outputAudioNames) };
  const inputFits = fits(prompt.tokens, Object.values(input), "prompt", notes);
  const outputFits = fits(completion.tokens, Object.values(output), "completion", notes);
  const write1h = first(counts, write1hNames);
  const billed = billedUnits(counts);
  return {
    promptTokens: safe(prompt, counts, issues),
    completionTokens: safe(completion, counts, issues),
    cacheReadTokens: inputFits ? input.read : null,
    cacheReadAudioTokens: inputFits && cachedAudio <= (input.read ?? 0) && cachedAudio > 0 ? cachedAudio : null,
    cacheWriteTokens: inputFits ? input.write : null,
    cacheWrite1hTokens: inputFits && write1h !== null && write1h <= (write ?? 0) ? write1h : null,
    inputAudioTokens: inputFits ? input.audio : null,
    reasoningTokens: outputFits ? output.reasoning : null,
    outputAudioTokens: outputFits ? output.audio : null,
    ...(billed === null ? {} : { billed }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function checkCounts(counts: Map<string, SentCount>, issues: Issue[]): void {
  for (const [name, { value, key }] of counts) {
    if (checkedNames.has(name) && !isCount(value)) issues.push({ path: `call_info.usage.${key}`, message: "must be a whole number" });
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** The first of these names that a count stands under. */
function first(counts: Map<string, SentCount>, names: string[]): number | null {
  for (const name of names) {
    const value = counts.get(name)?.value;
    if (isCount(value)) return value;
  }
  return null;
}

/** A side's total. Two names that disagree are a note: the data model's own wins, being what the caller says to us. */
function total(counts: Map<string, SentCount>, names: string[], notes: string[]): { name: string | null; tokens: number | null } {
  const given = names.filter((name) => isCount(counts.get(name)?.value));
  const [name] = given;
  if (name === undefined) return { name: null, tokens: null };
  const tokens = first(counts, [name]);
  // Cohere bills other units than it counts: that is no disagreement.
  const other = given.find((next) => !next.startsWith("billed_units.") && first(counts, [next]) !== tokens);
  if (other !== undefined) notes.push(`${counts.get(name)?.key} is taken, ${counts.get(other)?.key} differs`);
  return { name, tokens };
}

/** What was written to the cache: LangChain leaves the sum 0 where it has the two lifetimes. */
function writtenTokens(counts: Map<string, SentCount>): number | null {
  const sum = first(counts, writeNames);
  const short = first(counts, write5mNames);
  const long = first(counts, write1hNames);
  if (short === null && long === null) return sum;
  const parts = (short ?? 0) + (long ?? 0);
  return sum === null || sum === 0 ? parts : sum;
}

/** Gemini leaves a count of 0 out: an answer without candidates has its total to tell it by. */
function addSilentCandidates(counts: Map<string, SentCount>, prompt: Side, completion: Side): void {
  const sum = first(counts, totalNames);
  if (prompt.name !== "prompt_token_count" || prompt.tokens === null || completion.name !== null || sum === null) return;
  if (sum < prompt.tokens) return;
  completion.name = "output.total";
  completion.tokens = sum - prompt.tokens;
}

/** Adds the parts that stand outside their total, by how the two sides are to be read. */
function addLoose(counts: Map<string, SentCount>, prompt: Side, completion: Side, provider: string, notes: string[]): void {
  const reading = findReading(counts, prompt, completion, provider, notes);
  if (prompt.tokens !== null) prompt.tokens = sumOf(prompt, reading.isPromptBare);
  if (completion.tokens !== null) completion.tokens = sumOf(completion, reading.isCompletionBare);
}

/** Whether each side leaves its parts out. */
interface Reading {
  isPromptBare: boolean;
  isCompletionBare: boolean;
}

/** The reading of the shape, unless a total over both sides can only have come from another. */
function findReading(counts: Map<string, SentCount>, prompt: Side, completion: Side, provider: string, notes: string[]): Reading {
  const shape = { isPromptBare: isPromptBare(counts, prompt), isCompletionBare: isCompletionBare(counts, completion, provider) };
  const sum = first(counts, totalNames);
  if (perplexity.test(provider) && completion.name === "completion_tokens" && counts.has("reasoning_tokens")) {
    return { ...shape, isCompletionBare: true };
  }
  if (anthropic.test(provider) && prompt.name === "input_tokens" && counts.has("cached_input_tokens") && !hasInputDetails(counts)) {
    return { ...shape, isPromptBare: true };
  }
  if (sum === null || prompt.tokens === null || completion.tokens === null) return shape;
  const others = [
    { ...shape, isCompletionBare: !shape.isCompletionBare },
    { ...shape, isPromptBare: !shape.isPromptBare },
    { isPromptBare: !shape.isPromptBare, isCompletionBare: !shape.isCompletionBare },
  ].filter((other) => isPossible(prompt, other.isPromptBare) && isPossible(completion, other.isCompletionBare));
  const proven = [shape, ...others].find(
    (reading) => sumOf(prompt, reading.isPromptBare) + sumOf(completion, reading.isCompletionBare) === sum,
  );
  if (proven === undefined) notes.push("total_tokens is not the sum of its sides");
  return proven ?? shape;
}

function hasInputDetails(counts: Map<string, SentCount>): boolean {
  return [...counts.keys()].some((name) => name.startsWith("input."));
}

function isPossible({ tokens, loose }: Side, isBare: boolean): boolean {
  return isBare || loose <= (tokens ?? 0);
}

function sumOf({ tokens, loose }: Side, isBare: boolean): number {
  return (tokens ?? 0) + (isBare ? loose : 0);
}

/** Whether a shape's prompt leaves the cache out: `input_tokens` beside Anthropic's or Converse's own keys. */
function isPromptBare(counts: Map<string, SentCount>, { name }: Side): boolean {
  const isTheirs = name === "input_tokens" || name === "input_token_count";
  return isTheirs && first(counts, outsideCacheNames) !== null;
}

/** Whether a shape's completion leaves the reasoning out: Gemini's candidates, and what xAI's does where no total tells. */
function isCompletionBare(counts: Map<string, SentCount>, side: Side, provider: string): boolean {
  if (side.name === "candidates_token_count" || side.name === "response_token_count") return true;
  return xai.test(provider) && first(counts, totalNames) === null && side.loose > (side.tokens ?? 0);
}

/** Whether parts are in their total; drops what was said twice or of another thing. */
function fits(tokens: number | null, parts: (number | null)[], side: string, notes: string[]): boolean {
  if (tokens === null) return false;
  const sum = parts.reduce<number>((held, part) => held + (part ?? 0), 0);
  if (sum <= tokens) return true;
  notes.push(`the parts of the ${side} are more than its total, and left out`);
  return false;
}

/** A total that was added up to more than can be counted to is as wrong as one that was sent. */
function safe({ tokens, name }: Side, counts: Map<string, SentCount>, issues: Issue[]): number | null {
  if (tokens === null || Number.isSafeInteger(tokens)) return tokens;
  issues.push({ path: `call_info.usage.${counts.get(name ?? "")?.key ?? ""}`, message: "must be a whole number" });
  return null;
}

/** Cohere counts its own preamble and does not bill it. */
function billedUnits(counts: Map<string, SentCount>): { promptTokens: number; completionTokens: number } | null {
  const promptTokens = first(counts, ["billed_units.input_tokens"]);
  const completionTokens = first(counts, ["billed_units.output_tokens"]);
  return promptTokens === null || completionTokens === null ? null : { promptTokens, completionTokens };
}
