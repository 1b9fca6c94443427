import { Hono } from "hono";
import * as z from "zod";
import type { Http } from "./env";
import { limits } from "./limits";
import { KeyRequest } from "./manage/keys";
import { recordPayloadSchema } from "./receive/records-wire";
import { version } from "./version";

/** `GET /openapi.json`: the API's description. A test holds it to the routes that exist. */
export const openapi = new Hono<Http>();

openapi.get("/openapi.json", (c) => c.json(describeApi()));

interface Operation {
  summary: string;
  /** The scopes that may; none is public. */
  scopes: string;
  success: Record<string, string>;
  /** Statuses beside those that every operation with a key has. */
  refusals?: string[];
  body?: { schema: unknown; types: string[] };
  query?: Record<string, string>;
}

const project = { project_id: "The project; required with a key of all projects" };
const page = (rowsMax: number) => ({ limit: `Rows on a page, 1–${rowsMax}`, cursor: "next_cursor of the page before" });
const completion: Operation = {
  summary: "Record one completion by the Freeplay SDKs' wire",
  scopes: "ingest, browser, admin",
  success: { "201": "Stored; a repeat of the same completion_id answers the same. {completion_id}" },
  refusals: ["400", "404", "413", "415"],
  body: { schema: { type: "object", required: ["messages"] }, types: ["application/json"] },
};

const operations: Record<string, Record<string, Operation>> = {
  "/": { get: { summary: "What this is and where to go", scopes: "", success: { "200": "A page, or text" } } },
  "/healthz": { get: { summary: "Whether the Worker runs", scopes: "", success: { "200": "{status, version}" } } },
  "/openapi.json": { get: { summary: "This description", scopes: "", success: { "200": "OpenAPI 3.1" } } },
  "/v1/recordings": {
    post: {
      summary: "Record one call, an array of them, or one a line",
      scopes: "ingest, browser, admin",
      success: {
        "201": "One object: stored in D1; a repeat of the same id answers the same",
        "200": "An array or NDJSON: each item's own outcome, {stored, duplicates, rejected, results}",
      },
      refusals: ["400", "404", "413", "415"],
      body: {
        schema: {
          oneOf: [{ $ref: "#/components/schemas/RecordPayload" }, { type: "array", items: { $ref: "#/components/schemas/RecordPayload" } }],
        },
        types: ["application/json", "application/x-ndjson"],
      },
    },
    get: {
      summary: "The recordings of a project or session, newest first",
      scopes: "read, admin",
      success: { "200": "{recordings, next_cursor}" },
      refusals: ["400", "404"],
      query: { ...project, session_id: "One session of it", ...page(limits.pageRowsMax) },
    },
  },
  "/v1/recordings/{id}": {
    get: {
      summary: "One recording with all that was posted",
      scopes: "read, admin",
      success: { "200": "The recording" },
      refusals: ["400", "404"],
      query: project,
    },
    delete: {
      summary: "Delete one recording; exports get a tombstone",
      scopes: "admin",
      success: { "204": "Deleted" },
      refusals: ["400", "404"],
      query: project,
    },
  },
  "/v2/projects/{project}/sessions/{session}/completions": { post: completion },
  "/api/v2/projects/{project}/sessions/{session}/completions": { post: completion },
  "/v1/keys": {
    post: {
      summary: "Make a key; its text is shown once",
      scopes: "admin",
      success: { "201": "The key and its text" },
      refusals: ["400", "404", "413", "415"],
      body: { schema: { $ref: "#/components/schemas/KeyRequest" }, types: ["application/json"] },
    },
    get: {
      summary: "The keys, revoked ones included",
      scopes: "admin",
      success: { "200": "{keys, next_cursor}" },
      refusals: ["400"],
      query: page(limits.listRowsMax),
    },
  },
  "/v1/keys/{id}": {
    delete: {
      summary: `Revoke a key; it counts everywhere within ${limits.keyCacheSeconds} s`,
      scopes: "admin",
      success: { "204": "Revoked" },
      refusals: ["404"],
    },
  },
  "/v1/projects": {
    get: {
      summary: "The projects that the key can see",
      scopes: "read, admin",
      success: { "200": "{projects, next_cursor}" },
      refusals: ["400"],
      query: page(limits.listRowsMax),
    },
  },
  "/v1/exports": {
    post: {
      summary: `Cut what is committed into batches now, up to ${limits.batchesCutMax}; more tells whether to ask again`,
      scopes: "admin, of all projects",
      success: { "202": "The batches cut: {exports, more}" },
    },
    get: {
      summary: "The batches, newest first",
      scopes: "read or admin, of all projects",
      success: { "200": "{exports, next_cursor}" },
      refusals: ["400"],
      query: page(limits.listRowsMax),
    },
  },
  "/v1/exports/{id}": {
    get: {
      summary: "One batch: gzip NDJSON, a change a line",
      scopes: "read or admin, of all projects",
      success: { "200": "The object" },
      refusals: ["404"],
    },
  },
};

const refusalTexts: Record<string, string> = {
  "400": "Not valid: `issues` names each field",
  "401": "No key, or a bad one",
  "403": "The key may not, or its origin may not",
  "404": "Not there, or not the key's",
  "413": "Too large; the message says the limit",
  "415": "A media type or encoding that is not read",
  "500": "A fault of the collector's",
  "503": "May pass: try again after Retry-After",
};

function describeApi(): unknown {
  const paths = Object.entries(operations).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, describeOperation(path, operation)])),
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Aircheck", version, description: "A collector for recordings of LLM calls.", license: { name: "MIT" } },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
      schemas: {
        RecordPayload: recordPayloadSchema(),
        KeyRequest: z.toJSONSchema(KeyRequest, { io: "input" }),
        Error: {
          type: "object",
          required: ["message", "code", "request_id"],
          properties: {
            message: { type: "string" },
            code: { type: "string" },
            request_id: { type: "string" },
            issues: { type: "array", items: { type: "object", properties: { path: { type: "string" }, message: { type: "string" } } } },
          },
        },
      },
    },
  };
}

function describeOperation(path: string, { summary, scopes, success, refusals = [], body, query = {} }: Operation): unknown {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const withKey = scopes === "" ? [] : ["401", "403", "503"];
  const failures = [...refusals, ...withKey, "500"].toSorted();
  return {
    summary,
    description: scopes === "" ? "Public." : `Scopes: ${scopes}.`,
    security: scopes === "" ? [] : [{ key: [] }],
    parameters: [
      ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
      ...Object.entries(query).map(([name, description]) => ({ name, in: "query", description, schema: { type: "string" } })),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: Object.fromEntries(body.types.map((type) => [type, { schema: body.schema }])) } }),
    responses: Object.fromEntries([
      ...Object.entries(success).map(([status, description]) => [status, { description }]),
      ...failures.map((status) => [
        status,
        { description: refusalTexts[status], content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
      ]),
    ]),
  };
}
