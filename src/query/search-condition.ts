import { limits } from "../limits";
import { type Comparison, type FieldType, type FilterOp, filterOps, type FilterValue } from "../model/filter";
import type { Json } from "../model/json";
import { Moment, toMicroseconds } from "../model/time";

/** What is wrong, and with which part of a condition: `op`, `value`, `value.0`. */
interface Wrong {
  part: string;
  message: string;
}

/** A condition's operator and value as a field of the type takes them, or what is wrong with them. */
export function readCondition(type: FieldType, op: Json | undefined, value: Json | undefined): Comparison | Wrong {
  const known = filterOps.find((name) => name === op);
  if (known === undefined) return { part: "op", message: `must be one of ${filterOps.join(", ")}` };
  if (type === "boolean") {
    const isEqual = known === "eq" && typeof value === "boolean";
    return isEqual ? { op: known, value } : { part: known === "eq" ? "value" : "op", message: "is a boolean, which takes eq alone" };
  }
  if (known === "contains" && (type === "number" || type === "time")) {
    return { part: "op", message: "contains is for texts; this field is a number or a time" };
  }
  if (known !== "between") {
    const read = readValue(type, known, value);
    return isWrong(read) ? { part: "value", message: read.message } : { op: known, value: read.value };
  }
  if (!Array.isArray(value) || value.length !== 2) return { part: "value", message: "must be a list of two: the lowest and the highest" };
  const [low, high] = [readValue(type, known, value[0]), readValue(type, known, value[1])];
  if (isWrong(low)) return { part: "value.0", message: low.message };
  if (isWrong(high)) return { part: "value.1", message: high.message };
  if (typeof low.value !== typeof high.value) return { part: "value", message: "must be two of one type" };
  return { op: known, value: [low.value, high.value] };
}

type ReadValue = { value: FilterValue } | { message: string };

function isWrong(read: ReadValue): read is { message: string } {
  return "message" in read;
}

function readValue(type: FieldType, op: FilterOp, value: Json | undefined): ReadValue {
  if (type === "time") return readTime(value);
  if (type === "number") return readNumber(value) ?? { message: "must be a number" };
  if (type === "map" && op !== "contains") {
    const number = readNumber(value);
    if (number !== null) return number;
    if (typeof value === "boolean") return op === "eq" ? { value } : { message: "is a boolean, which takes eq alone" };
    return readText(value, "must be a text, a number or a boolean");
  }
  return readText(value, "must be a text");
}

/** A number that JavaScript does not hold is a raw one, and compared as a double like all others. */
function readNumber(value: Json | undefined): { value: number } | null {
  if (typeof value === "number") return { value };
  const number = JSON.isRawJSON(value) ? Number(JSON.stringify(value)) : Number.NaN;
  return Number.isFinite(number) ? { value: number } : null;
}

function readText(value: Json | undefined, message: string): ReadValue {
  if (typeof value !== "string") return { message };
  if (value.length > limits.filterTextUnitsMax) return { message: `may have ${limits.filterTextUnitsMax} characters` };
  // D1 would take two such for one.
  return value.isWellFormed() && !value.includes("\0") ? { value } : { message: "must be well-formed text without NUL" };
}

/** `2024-06-01 00:00:00`, which is UTC, or a day alone, beside what times are elsewhere. */
const plainTime = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?$/;

function readTime(value: Json | undefined): ReadValue {
  const [, day, clock = "00:00"] = typeof value === "string" ? (plainTime.exec(value) ?? []) : [];
  const parsed = Moment.safeParse(day === undefined ? value : `${day}T${clock}Z`);
  if (parsed.success) return { value: toMicroseconds(parsed.data) };
  return { message: parsed.error.issues[0]?.message ?? "must be a time" };
}
