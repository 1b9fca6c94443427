import type { Json, JsonObject } from "../../src/model/json";
import { lastMessage, type World, type WorldRecording, type WorldSession, type WorldTrace } from "./search-world";

/** A filter in Freeplay's words. */
export type WireFilter = { and: WireFilter[] } | { or: WireFilter[] } | { not: WireFilter } | WireCondition;
export interface WireCondition {
  field: string;
  op: string;
  value: Json;
}
export type Scope = "completions" | "sessions" | "traces";

/** A row of what is searched for, with what belongs to it. */
interface Row {
  id: string;
  order: [us: number, place: number];
  recordings: WorldRecording[];
  sessions: WorldSession[];
  traces: WorldTrace[];
}

/** The ids that a search should find, in its order: the filter, run in plain TypeScript over all rows. */
export function expectedIds(filter: WireFilter | null, scope: Scope, rows: Row[]): string[] {
  const isByTime = filter !== null && scope === "completions" && goesByTime(filter);
  return rows
    .filter((row) => filter === null || isMet(filter, scope, row))
    .toSorted((a, b) => (isByTime || scope === "sessions" ? b.order[0] - a.order[0] : 0) || b.order[1] - a.order[1])
    .map(({ id }) => id);
}

/** The rows of a world that a search is of. */
export function rowsOf({ recordings, sessions, traces }: World, scope: Scope): Row[] {
  const sessionOf = Map.groupBy(sessions, ({ id }) => id);
  const traceOf = Map.groupBy(traces, ({ id }) => id);
  if (scope === "completions") {
    return recordings.map((one, place) => {
      const order: Row["order"] = [one.startedUs ?? one.receivedUs, place];
      return {
        id: one.id,
        order,
        recordings: [one],
        sessions: sessionOf.get(one.sessionId) ?? [],
        traces: traceOf.get(one.parentId ?? "") ?? [],
      };
    });
  }
  if (scope === "sessions") {
    const recordingsIn = Map.groupBy(recordings, ({ sessionId }) => sessionId);
    const tracesIn = Map.groupBy(traces, ({ sessionId }) => sessionId);
    const byId = sessions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return byId.map((one, place) => {
      const order: Row["order"] = [one.createdUs, place];
      return { id: one.id, order, recordings: recordingsIn.get(one.id) ?? [], sessions: [one], traces: tracesIn.get(one.id) ?? [] };
    });
  }
  const recordingsUnder = Map.groupBy(recordings, ({ parentId }) => parentId);
  return traces.map((one, place) => {
    const order: Row["order"] = [one.createdUs, place];
    return {
      id: one.id,
      order,
      recordings: recordingsUnder.get(one.id) ?? [],
      sessions: sessionOf.get(one.sessionId) ?? [],
      traces: [one],
    };
  });
}

/** Whether the search is ordered by time: it must have one, and nothing narrower. */
function goesByTime(filter: WireFilter): boolean {
  const musts = (one: WireFilter): WireFilter[] => ("and" in one ? one.and.flatMap(musts) : [one]);
  const conditions = musts(filter).filter((one): one is WireCondition => "field" in one);
  const isLookup = ({ field, op }: WireCondition) =>
    op === "eq" && ["completion_id", "session_id", "test_run_id", "trace_id"].includes(field);
  return conditions.some(({ field }) => field === "start_time") && !conditions.some(isLookup);
}

function isMet(filter: WireFilter, scope: Scope, row: Row): boolean {
  if ("and" in filter) return filter.and.every((one) => isMet(one, scope, row));
  if ("or" in filter) return filter.or.some((one) => isMet(one, scope, row));
  if ("not" in filter) return !isMet(filter.not, scope, row);
  const { field, op } = filter;
  const value = field === "start_time" ? timeOf(filter.value) : filter.value;
  return valuesOf(field, scope, row).some((known) => known !== null && known !== undefined && compares(known, op, value));
}

function valuesOf(field: string, scope: Scope, { recordings, sessions, traces }: Row): (Json | undefined)[] {
  const [name = ""] = field.split(".", 1);
  const key = field.slice(name.length + 1);
  const ofRecordings: Record<string, (r: WorldRecording) => (Json | undefined)[]> = {
    cost: (r) => [r.costNanoUsd === null ? null : r.costNanoUsd / 1e9],
    latency: (r) => [r.startedUs === null || r.endedUs === null || r.endedUs < r.startedUs ? null : (r.endedUs - r.startedUs) / 1e6],
    environment: (r) => [r.environment],
    provider: (r) => [r.provider],
    model: (r) => [r.model],
    completion_id: (r) => [r.id],
    prompt_template: (r) => [contentPart(r, r.promptInfo)?.["prompt_template_name"]],
    prompt_template_id: (r) => [contentPart(r, r.promptInfo)?.["prompt_template_id"]],
    prompt_template_version_id: (r) => [contentPart(r, r.promptInfo)?.["prompt_template_version_id"]],
    completion_output: (r) => textsIn(lastMessage(r) ?? null),
    completion_inputs: (r) => [own(contentPart(r, r.inputs), key)],
    completion_feedback: (r) => [own(r.feedback, key)],
    completion_client_evaluation_results: (r) => [own(r.evaluations, key) ?? own(contentPart(r, r.evalResults), key)],
  };
  const ofTraces: Record<string, (t: WorldTrace) => (Json | undefined)[]> = {
    agent_name: (t) => [t.fields["agent_name"]],
    trace_agent_name: (t) => [t.fields["agent_name"]],
    trace_custom_metadata: (t) => [own(t.metadata, key)],
    trace_feedback: (t) => [own(t.feedback, key)],
    trace_client_eval_results: (t) => [own(t.evaluations, key)],
    trace_input: (t) => (key === "" ? textsIn(t.fields["input"] ?? null) : [own(t.fields["input"], key)]),
    trace_output: (t) => (key === "" ? textsIn(t.fields["output"] ?? null) : [own(t.fields["output"], key)]),
  };
  const parents = recordings.map(({ parentId }) => parentId);
  const runs = recordings.map(({ testRunId }) => testRunId);
  const traceRuns = traces.map(({ fields }) => fields["test_run_id"]);
  const scoped: Record<string, Record<Scope, () => (Json | undefined)[]>> = {
    start_time: {
      completions: () => recordings.map((r) => r.startedUs ?? r.receivedUs),
      sessions: () => sessions.map((s) => s.createdUs),
      traces: () => traces.map((t) => t.fields["started_us"] ?? t.createdUs),
    },
    session_id: {
      completions: () => recordings.map((r) => r.sessionId),
      sessions: () => sessions.map((s) => s.id),
      traces: () => traces.map((t) => t.sessionId),
    },
    trace_id: {
      completions: () => parents,
      sessions: () => [...parents, ...traces.map(({ id }) => id)],
      traces: () => traces.map(({ id }) => id),
    },
    test_run_id: { completions: () => runs, sessions: () => [...runs, ...traceRuns], traces: () => traceRuns },
  };
  if (name === "session_custom_metadata") return sessions.map(({ metadata }) => own(metadata, key));
  const read = ofRecordings[name];
  if (read !== undefined) return recordings.flatMap(read);
  return ofTraces[name] === undefined ? (scoped[name]?.[scope]() ?? []) : traces.flatMap(ofTraces[name]);
}

/** What stands in the bucket is not searched. */
function contentPart({ form }: WorldRecording, part: JsonObject | null): JsonObject | null {
  return form === "bucket" ? null : part;
}

function own(map: Json | undefined, key: string): Json | undefined {
  const isMap = typeof map === "object" && map !== null && !Array.isArray(map);
  return isMap && Object.hasOwn(map, key) ? map[key] : undefined;
}

function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function timeOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(timeOf);
  if (typeof value !== "string") return Math.round(Number(value) * 1e6);
  return Date.parse(`${value.replace(" ", "T").replace("Z", "")}Z`) * 1000;
}

function compares(known: Json, op: string, value: Json): boolean {
  if (Array.isArray(value)) return compares(known, "gte", value[0] ?? null) && compares(known, "lte", value[1] ?? null);
  if (typeof known === "string" && typeof value === "string") {
    return op === "contains" ? lower(known).includes(lower(value)) : isOrdered(byCodePoints(known, value), op);
  }
  if (typeof known === "number" && typeof value === "number") return isOrdered(known - value, op);
  return typeof known === "boolean" && known === value;
}

function isOrdered(order: number, op: string): boolean {
  return { eq: order === 0, gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[op] ?? false;
}

function lower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function byCodePoints(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)].map((letters) => letters.map((letter) => letter.codePointAt(0) ?? 0)) as [
    number[],
    number[],
  ];
  const at = one.findIndex((point, index) => point !== other[index]);
  return at === -1 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? -1);
}
