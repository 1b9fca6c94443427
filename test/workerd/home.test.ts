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
