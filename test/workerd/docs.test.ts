import { expect, test } from "vitest";
import { type Answer, ask, askJson, origin } from "./collector";

async function readDocs(): Promise<{ text: string; headers: Headers }> {
  const response = await ask("GET", "/docs", { key: null });
  return { text: await response.text(), headers: response.headers };
}

test("/docs has each operation of the description by an anchor of its own, and links to it", async () => {
  const { json } = await askJson("GET", "/openapi.json", { key: null });
  const { text } = await readDocs();
  const operations = Object.values(json["paths"] as Record<string, Answer>).flatMap((methods) =>
    Object.values(methods).filter(({ operationId }) => operationId !== undefined),
  );
  expect(operations.length).toBeGreaterThan(60);
  const count = (part: string) => text.split(part).length - 1;
  for (const { operationId } of operations) {
    expect([operationId, count(`<article class="card" id="${operationId}"`)]).toEqual([operationId, 1]);
    expect([operationId, count(`href="#${operationId}"`)]).toEqual([operationId, 2]);
  }
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("a command of /docs holds the collector's own address, and a body that is taken", async () => {
  const { text } = await readDocs();
  const [, escaped = ""] = /<code id="recordCalls-command">(.*?)<\/code>/s.exec(text) ?? [];
  const command = escaped.replaceAll("&quot;", '"').replaceAll("&#39;", "'");
  expect(command).toContain(`curl -X POST '${origin}/v1/recordings'`);
  const [, body = ""] = /-d '(.*)'$/s.exec(command) ?? [];
  expect((await askJson("POST", "/v1/recordings", { headers: { "Content-Type": "application/json" }, body })).status).toBe(201);
});

test("/docs tells the fields of answers and bodies, those of recursive ones once", async () => {
  const { text } = await readDocs();
  const [, search = ""] = /id="searchCompletions"(.*?)<\/article>/s.exec(text) ?? [];
  for (const name of ["filters", "field", "op", "not", "is_complete", "completion_metadata"])
    expect(search).toContain(`<code>${name}</code>`);
  expect(search.split("<code>not</code>").length - 1).toBe(1);
});

test("/docs runs nothing that is not the collector's own", async () => {
  const { text, headers } = await readDocs();
  expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  expect(text).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style| style=| on\w+=/);
});
