import { expect, test } from "vitest";
import { ask, origin } from "./collector";

test("GET / is text with a curl for terminals, and a page for browsers", async () => {
  const text = await (await ask("GET", "/", { key: null })).text();
  expect(text).toMatch(/^Aircheck \d+\.\d+\.\d+\n/);
  expect(text).toContain(`curl ${origin}/v1/recordings`);
  const page = await ask("GET", "/", { key: null, headers: { Accept: "text/html,*/*" } });
  expect(page.headers.get("Content-Type")).toContain("text/html");
  expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
});

test("an unknown route is a 404 that says so in JSON", async () => {
  const response = await ask("GET", "/nowhere", { key: null });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: "not_found", request_id: expect.any(String) });
});

test("the client's modules are served to any origin, and asked for again by their tag", async () => {
  for (const path of ["/client.js", "/record-call.js"]) {
    const answer = await ask("GET", path, { key: null, headers: { Origin: "https://a.example" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(await answer.text()).toContain("export{");
    const etag = answer.headers.get("ETag") ?? "";
    expect((await ask("GET", path, { key: null, headers: { "If-None-Match": etag } })).status).toBe(304);
  }
});
