import { Hono } from "hono";
import type { Http } from "../env";
import { version } from "../version";
import type { DescribedPath, Description, Schema } from "./description";
import { type AnswerBody, type Operation, tags } from "./operation";
import { isFreeplay, operations } from "./operations";
import { madeOnce } from "./made-once";
import { pathParameters } from "./path-parameters";
import { describeRefusals, refusals } from "./refusals";
import { refTo, schemaOf } from "./schema-parts";
import { describeSchemas } from "./schemas";

/** `GET /openapi.json`: the API's description. Tests hold it to the routes that exist, and to what they answer. */
export const openapi = new Hono<Http>();

const descriptionText = madeOnce((origin) => JSON.stringify(describeApi(origin)));

openapi.get("/openapi.json", (c) => {
  return c.body(descriptionText(new URL(c.req.url).origin), 200, { "Content-Type": "application/json" });
});

/** The whole API at an address, as OpenAPI 3.1. */
export function describeApi(origin: string): Description {
  const paths = Object.entries(operations).map(([path, methods]): [string, DescribedPath] => [
    path,
    {
      ...(isFreeplay(path) ? { servers: [{ url: `${origin}/api`, description: "The SDKs' base URL" }, { url: origin }] } : {}),
      ...Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, describeOperation(path, operation)])),
    },
  ]);
  return {
    openapi: "3.1.0",
    info: {
      title: "Aircheck",
      version,
      description: "A collector for recordings of LLM calls.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: origin }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "ADMIN_KEY, or a key that was made here" } },
      responses: describeRefusals(),
      schemas: describeSchemas() as Record<string, Schema>,
    },
  };
}

function describeOperation(path: string, operation: Operation): unknown {
  const { id, tag, summary, scopes, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: scopes === "" ? "Public." : `Scopes: ${scopes}.`,
    security: scopes === "" ? [] : [{ key: [] }],
    parameters: [...pathParameters(path), ...queryParameters(operation)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    responses: Object.fromEntries([...describeSuccesses(operation), ...refusalsOf(operation)]),
  };
}

/** The parameters of a query string, as the schema that reads it has them. */
function queryParameters({ query, keyed = {} }: Operation): unknown[] {
  const { properties = {} } = query === undefined ? {} : schemaOf(query);
  const named = Object.entries(properties).map(([name, described]) => {
    const { description, ...schema } = typeof described === "boolean" ? {} : described;
    return { name, in: "query", description, schema };
  });
  // A parameter that is an object, exploded, is one parameter for each of its keys.
  const ofMaps = Object.entries(keyed).map(([prefix, description]) => ({
    name: `${prefix}*`,
    in: "query",
    description,
    style: "form",
    explode: true,
    schema: { type: "object", patternProperties: { [`^${prefix.replace(".", "\\.")}.`]: { type: "string" } } },
  }));
  return [...named, ...ofMaps];
}

function contentOf({ schema, types, example }: Operation["body"] & object): unknown {
  return Object.fromEntries(
    types.map((type) => [type, { schema, ...(example !== undefined && type === "application/json" ? { example } : {}) }]),
  );
}

function describeSuccesses({ success }: Operation): [string, unknown][] {
  return Object.entries(success).map(([status, means]) => {
    const [description, body] = typeof means === "string" ? [means] : means;
    return [status, body === undefined ? { description } : { description, content: answerOf(body) }];
  });
}

function answerOf(body: AnswerBody): unknown {
  if (typeof body === "string") return { "application/json": { schema: refTo(body) } };
  return Object.fromEntries(body.types.map((type) => [type, {}]));
}

/** A key may be refused, and D1 may not say whether it is good, wherever there is one. */
function refusalsOf({ scopes, success, refusals: own = [] }: Operation): [string, unknown][] {
  const withKey = scopes === "" ? [] : ["401", "403", "503"];
  const statuses = [...own, ...withKey, "500"].filter((status) => success[status] === undefined).toSorted();
  // Every operation may be refused before the collector is asked.
  return [...statuses, "4XX"].map((status) => [status, { $ref: `#/components/responses/${refusals[status]?.name}` }]);
}
