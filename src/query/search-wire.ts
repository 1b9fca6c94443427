import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import { type Comparison, type Entity, type Filter, filterFields, isWithinBounds, type Condition } from "../model/filter";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import { readCondition } from "./search-condition";
import { alternativesOf } from "./search-fields";

/**
 * The filter of a search's body, by Freeplay's grammar: `{"filters": {field, op, value} | {and: […]} | {or: […]} | {not: …}}`.
 * @throws CollectorError `bad_request` naming each part that is wrong.
 */
export function readFilter(body: JsonObject, scope: Entity): Filter {
  const issues: Issue[] = Object.keys(body)
    .filter((key) => key !== "filters")
    .map((key) => ({ path: key.slice(0, limits.idCharsMax), message: "is not known here; a search has filters" }));
  const given = body["filters"] ?? null;
  const isAll = given === null || (isJsonObject(given) && Object.keys(given).length === 0);
  const filter = isAll ? { and: [] } : toFilter(given, "filters", scope, issues);
  if (issues.length === 0 && !isWithinBounds(filter)) {
    const message = `may hold ${limits.filterConditionsMax} conditions, in ${limits.filterLevelsMax} levels`;
    issues.push({ path: "filters", message });
  }
  if (issues.length === 0) return filter;
  throw new CollectorError("bad_request", `The filter is not valid: ${issues[0]?.path ?? ""} ${issues[0]?.message ?? ""}`, {
    issues: issues.slice(0, limits.issuesMax),
  });
}

/** A part of it. Where it is wrong an issue says so, and what is returned is not used. */
function toFilter(given: Json, path: string, scope: Entity, issues: Issue[]): Filter {
  const complain = (where: string, message: string): Filter => {
    if (issues.length < limits.issuesMax) issues.push({ path: where, message });
    return { and: [] };
  };
  if (!isJsonObject(given)) return complain(path, "must be an object: a condition, or and, or, not");
  const keys = Object.keys(given);
  const [key = ""] = keys;
  if (key !== "and" && key !== "or" && key !== "not") return toCondition(given, path, scope, complain);
  if (keys.length > 1) return complain(path, `has more than ${key}; put one into the other`);
  const inner = given[key] ?? null;
  if (key === "not") return { not: toFilter(inner, `${path}.not`, scope, issues) };
  if (!Array.isArray(inner) || inner.length === 0) return complain(`${path}.${key}`, "must be a list of filters, at least one");
  if (inner.length > limits.filterConditionsMax) return complain(`${path}.${key}`, `may hold ${limits.filterConditionsMax} filters`);
  const filters = inner.map((one, index) => toFilter(one, `${path}.${key}.${index}`, scope, issues));
  return key === "and" ? { and: filters } : { or: filters };
}

function toCondition(
  { field, op, value, ...others }: JsonObject,
  path: string,
  scope: Entity,
  complain: (path: string, message: string) => Filter,
): Filter {
  const [other] = Object.keys(others);
  if (other !== undefined) return complain(`${path}.${other.slice(0, limits.idCharsMax)}`, "is not known here: field, op and value are");
  if (typeof field !== "string") return complain(`${path}.field`, "must be the name of a field");
  const found = alternativesOf(field, scope);
  if (typeof found === "string") return complain(`${path}.field`, found);
  const type = filterFields[found.fields[0]];
  const read = readCondition(type, op, value);
  if ("message" in read) return complain(`${path}.${read.part}`, read.message);
  // Freeplay's own client is told to look for booleans by `contains`.
  const named = type === "map" && read.op === "contains" ? ["true", "false"].indexOf(String(read.value).toLowerCase()) : -1;
  const comparisons: Comparison[] = named === -1 ? [read] : [read, { op: "eq", value: named === 0 }];
  const conditions = found.fields.flatMap((name) => comparisons.map((one): Condition => ({ field: name, key: found.key, ...one })));
  const [first] = conditions;
  return conditions.length === 1 && first !== undefined ? first : { or: conditions };
}
