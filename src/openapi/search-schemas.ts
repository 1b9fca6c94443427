import { filterOps } from "../model/filter";
import { integer, listOf, objectOf, refTo, text, textOrNull, timeOrNull, truth } from "./schema-parts";
import { searchRowSchemas } from "./search-row-schemas";

/** The schemas of searches. */
export function describeSearchSchemas(): Record<string, unknown> {
  return {
    SearchFilter: {
      oneOf: [
        {
          type: "object",
          required: ["field", "op", "value"],
          properties: {
            field: { ...text, description: "Freeplay's name of it; a key of a map behind a dot: completion_inputs.question" },
            op: { enum: filterOps },
            value: { description: "A text, a number, a boolean or a time; between takes a list of two" },
          },
          additionalProperties: false,
        },
        manyOf("and"),
        manyOf("or"),
        { type: "object", required: ["not"], properties: { not: refTo("SearchFilter") }, additionalProperties: false },
      ],
    },
    SearchRequest: {
      type: "object",
      properties: { filters: { anyOf: [refTo("SearchFilter"), { type: ["object", "null"], maxProperties: 0, description: "All" }] } },
      additionalProperties: false,
    },
    CompletionPage: pageOfFound("FoundCompletion"),
    SessionPage: pageOfFound("FoundSession"),
    TracePage: pageOfFound("FoundTrace"),
    SessionList: listOf(refTo("ListedSession")),
    Pagination: objectOf({
      page: integer,
      page_size: integer,
      has_next: truth,
      next_cursor: textOrNull,
      is_complete: { ...truth, description: "Whether the page is full or the last, and not ended because enough rows were read" },
      searched_to: { ...timeOrNull, description: "The time of the last row that was looked at; null where all were" },
      not_searched: { ...integer, description: "Recordings too large for a row, whose contents a search does not look into" },
    }),
    ...searchRowSchemas,
  };
}

function pageOfFound(schema: string): unknown {
  return objectOf({ data: listOf(refTo(schema)), pagination: refTo("Pagination") });
}

function manyOf(word: "and" | "or"): unknown {
  const properties = { [word]: { type: "array", minItems: 1, items: refTo("SearchFilter") } };
  return { type: "object", required: [word], properties, additionalProperties: false };
}
