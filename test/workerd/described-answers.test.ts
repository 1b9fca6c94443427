import { expect, test } from "vitest";
import { type Answer, askJson, newProject, wholePayload } from "./collector";

test("searches, lists, sessions and traces are answered with just the fields that the description has", async () => {
  const { json: description } = await askJson("GET", "/openapi.json", { key: null });
  const project = newProject();
  const at = `/v2/projects/${project}`;
  await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "r" } });
  await askJson("POST", `${at}/sessions/session-1/traces/id/trace-1`, { body: { input: 1, eval_results: { ok: true }, parent_id: "r" } });
  const ofProject = `project_id=${project}`;
  const asked: [method: string, path: string, described: string][] = [
    ["POST", `${at}/search/completions?include_children=true`, "/v2/projects/{project}/search/completions"],
    ["POST", `${at}/search/sessions?include_children=true`, "/v2/projects/{project}/search/sessions"],
    ["POST", `${at}/search/traces?include_children=true`, "/v2/projects/{project}/search/traces"],
    ["GET", `${at}/sessions`, "/v2/projects/{project}/sessions"],
    ["GET", `/v1/sessions/session-1?${ofProject}`, "/v1/sessions/{id}"],
    ["GET", `/v1/traces/trace-1?${ofProject}`, "/v1/traces/{id}"],
    ["GET", "/v1/info", "/v1/info"],
    ["GET", `/v1/sessions?${ofProject}`, "/v1/sessions"],
  ];
  for (const [method, path, described] of asked) {
    const { status, json } = await askJson(method, path, method === "POST" ? { body: {} } : {});
    const { schema } = description["paths"][described][method.toLowerCase()].responses["200"].content["application/json"];
    expect([path, status, differences(json, schema, "", description)]).toEqual([path, 200, []]);
  }
});

/** What an answer has and its schema has not, and the other way round. */
function differences(value: unknown, schema: Answer, path: string, description: Answer): string[] {
  if (schema["$ref"] !== undefined) {
    return differences(value, description["components"].schemas[schema["$ref"].split("/").at(-1)], path, description);
  }
  if (Array.isArray(value)) return value.flatMap((item) => differences(item, schema["items"], `${path}[]`, description));
  if (schema["properties"] === undefined || typeof value !== "object" || value === null) return typeDifferences(value, schema, path);
  const names = new Set([...Object.keys(value), ...Object.keys(schema["properties"])]);
  return [...names].flatMap((name) => {
    if (!Object.hasOwn(value, name)) return [`${path}.${name} is not there`];
    const inner = schema["properties"][name];
    if (inner === undefined) return [`${path}.${name} is not described`];
    return differences((value as Answer)[name], inner, `${path}.${name}`, description);
  });
}

function typeDifferences(value: unknown, { type }: Answer, path: string): string[] {
  if (type === undefined) return [];
  const own =
    value === null ? ["null"] : typeof value === "number" ? ["number", ...(Number.isInteger(value) ? ["integer"] : [])] : [typeof value];
  return own.some((name) => [type].flat().includes(name)) ? [] : [`${path} is no ${String(type)}`];
}
