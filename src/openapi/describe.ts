import { Hono } from "hono";
import type { Http } from "../env";
import { version } from "../version";
import type { Operation } from "./operation";
import { operations } from "./operations";
import { refTo } from "./schema-parts";
import { describeSchemas } from "./schemas";

/** `GET /openapi.json`: the API's description. A test holds it to the routes that exist. */
export const openapi = new Hono<Http>();

openapi.get("/openapi.json", (c) => c.json(describeApi()));

const refusalTexts: Record<string, string> = {
  "400": "Not valid: `issues` names each field",
  "401": "No key, or a bad one",
  "403": "The key may not, or its origin may not",
  "404": "Not there, or not the key's",
  "409": "Not now: the message says what it waits for",
  "413": "Too large; the message says the limit",
  "415": "A media type or encoding that is not read",
  "429": "The key sent as many posts as its tier allows: again after Retry-After",
  "500": "A fault of the collector's",
  "503": "May pass: try again after Retry-After",
};

/** Parameters of query strings that are whole numbers. */
const counts = ["limit", "page", "page_size"];

function describeApi(): unknown {
  const paths = Object.entries(operations).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, describeOperation(path, operation)])),
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Aircheck", version, description: "A collector for recordings of LLM calls.", license: { name: "MIT" } },
    paths: Object.fromEntries(paths),
    components: { securitySchemes: { key: { type: "http", scheme: "bearer" } }, schemas: describeSchemas() },
  };
}

function describeOperation(path: string, operation: Operation): unknown {
  const { summary, scopes, body, query = {} } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return {
    summary,
    description: scopes === "" ? "Public." : `Scopes: ${scopes}.`,
    security: scopes === "" ? [] : [{ key: [] }],
    parameters: [
      ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
      ...Object.entries(query).map(([name, description]) => {
        return { name, in: "query", description, schema: { type: counts.includes(name) ? "integer" : "string" } };
      }),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: Object.fromEntries(body.types.map((type) => [type, { schema: body.schema }])) } }),
    responses: Object.fromEntries([...describeSuccesses(operation), ...describeRefusals(operation)]),
  };
}

function describeSuccesses({ success, answerType }: Operation): [string, unknown][] {
  return Object.entries(success).map(([status, means]) => {
    const [description, schema] = typeof means === "string" ? [means] : means;
    if (answerType !== undefined) return [status, { description, content: { [answerType]: {} } }];
    return [status, schema === undefined ? { description } : { description, content: jsonOf(schema) }];
  });
}

function describeRefusals({ scopes, refusals = [] }: Operation): [string, unknown][] {
  const withKey = scopes === "" ? [] : ["401", "403", "503"];
  const statuses = [...refusals, ...withKey, "500"].toSorted();
  return statuses.map((status) => [status, { description: refusalTexts[status], content: jsonOf("Error") }]);
}

function jsonOf(schema: string): unknown {
  return { "application/json": { schema: refTo(schema) } };
}
