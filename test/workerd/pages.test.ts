import { expect, test } from "vitest";
import { adminKey, ask, askJson, gzip, newProject, origin } from "./collector";

const cookie = { Cookie: `aircheck=${adminKey}` };
const html = { ...cookie, Accept: "text/html" };

test("the first page and all that it loads are below 100 KB, packed", async () => {
  const project = newProject();
  const call_info = {
    provider: "openai",
    model: "gpt-4o",
    start_time: Date.now() / 1000 - 60,
    end_time: Date.now() / 1000,
    model_parameters: {},
  };
  await askJson("POST", "/v1/recordings", { body: { project_id: project, all_messages: [{ role: "user", content: "Hi" }], call_info } });
  const page = await ask("GET", `/?project_id=${project}`, { key: null, headers: html });
  expect(page.status).toBe(200);
  const text = await page.text();
  const loaded = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  expect(loaded).toEqual(expect.arrayContaining(["/assets/style.css", "/assets/page.js", "/assets/charts.js"]));
  const texts = [text, ...(await Promise.all(loaded.map(async (path) => await (await ask("GET", path, { key: null })).text())))];
  const packed = await Promise.all(texts.map(async (one) => (await gzip(one)).length));
  expect(packed.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(100_000);
});

test("what pages load is asked for again by its tag", async () => {
  for (const path of ["/assets/style.css", "/assets/page.js", "/assets/charts.js", "/assets/live.js", "/assets/icon.svg"]) {
    const first = await ask("GET", path, { key: null });
    expect([path, first.status]).toEqual([path, 200]);
    await first.body?.cancel();
    const etag = first.headers.get("ETag") ?? "";
    expect((await ask("GET", path, { key: null, headers: { "If-None-Match": etag } })).status).toBe(304);
  }
});

test("a visitor's cookie reads the API, and changes something from the collector's own pages alone", async () => {
  const project = newProject();
  const read = await askJson("GET", `/v1/recordings?project_id=${project}`, { key: null, headers: cookie });
  expect(read.status).toBe(200);
  const body = { project_id: project, all_messages: [{ role: "user", content: "Hi" }] };
  const post = async (headers: Record<string, string>) => (await askJson("POST", "/v1/recordings", { key: null, headers, body })).status;
  expect(await post(cookie)).toBe(401);
  expect(await post({ ...cookie, Origin: "http://collector.test:3000" })).toBe(401);
  expect(await post({ ...cookie, Origin: origin })).toBe(201);
  // Whoever shows a key is judged by it.
  expect((await ask("GET", "/v1/projects", { key: "ac_admin_wrong", headers: cookie })).status).toBe(401);
});

test("without a key each page asks for one and tells nothing, and names where it leads back to", async () => {
  for (const path of [
    "/",
    "/recordings?model=x",
    "/recordings/a",
    "/sessions",
    "/sessions/a",
    "/traces/a",
    "/exports",
    "/keys",
    "/connect",
  ]) {
    const page = await ask("GET", path, { key: null, headers: { Accept: "text/html" } });
    const text = await page.text();
    expect([path, page.status]).toEqual([path, 200]);
    expect(text).toContain('type="password"');
    expect(text).toContain(`name="to" value="${path}"`);
    expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  }
});

test("a page about what is not there, or was asked for wrongly, is a page that says so", async () => {
  const project = newProject();
  for (const [path, status] of [
    [`/recordings/none?project_id=${project}`, 404],
    [`/sessions/none?project_id=${project}`, 404],
    [`/recordings?project_id=${project}&latency_ms_min=much`, 400],
    [`/recordings?project_id=${project}&cursor=forged`, 400],
    [`/sessions?project_id=${project}&cursor=forged`, 400],
  ] as const) {
    const page = await ask("GET", path, { key: null, headers: html });
    expect([path, page.status]).toEqual([path, status]);
    expect(await page.text()).toContain('role="alert"');
  }
});
