import type { Page } from "playwright-core";
import { beforeAll, expect, inject, test } from "vitest";
import { newProject, type Project } from "./collector-project";
import { hostileCall, hostileTrace, nasty, nastyName } from "./hostile";
import { shareBrowser, signIn, typeKey, openTab } from "./visitor";

shareBrowser();

let project: Project;
let paths: string[];
beforeAll(async () => {
  project = newProject("hostile");
  await project.record({ id: "hostile", ...hostileCall });
  await project.ask("POST", `/v1/recordings/hostile/feedback?project_id=${project.id}`, { [nastyName]: nasty, comment: nasty });
  await project.ask("POST", `/api/v2/projects/${project.id}/sessions/hostile/traces/id/hostile-trace`, hostileTrace);
  await project.ask("POST", "/v1/keys", { scope: "ingest", project_id: project.id, label: nastyName });
  const made = await project.ask("POST", "/v1/destinations", { kind: "r2", project_id: project.id, label: nastyName });
  const of = (path: string, more: Record<string, string> = {}) =>
    `${path}?${new URLSearchParams({ project_id: project.id, ...more }).toString()}`;
  paths = [
    of("/"),
    of("/", { group_by: "environment", range: nasty }),
    of("/", { group_by: "provider" }),
    of("/recordings"),
    of("/recordings", { text: nasty, model: nastyName, environment: nastyName, since: nastyName, sort: nasty }),
    of("/recordings", { [`metadata.${nastyName}`]: nasty, [`feedback.${nastyName}`]: nasty }),
    of("/recordings", { cursor: nasty, [nastyName]: nasty }),
    of("/recordings/hostile"),
    of(`/recordings/${encodeURIComponent(nastyName)}`),
    of("/sessions"),
    of("/sessions", { [`metadata.${nastyName}`]: nasty }),
    of("/sessions/hostile"),
    of(`/sessions/${encodeURIComponent(nastyName)}`),
    of("/traces/hostile-trace"),
    of("/exports"),
    of("/exports", { destination: String(made["id"]), cursor: nasty }),
    of("/exports", { destination: nasty }),
    of("/keys"),
    of("/keys", { cursor: nasty }),
    of("/connect"),
    `/?project_id=${encodeURIComponent(nastyName)}`,
  ];
});

const usual = { call_info: { provider: "anthropic", model: "claude-sonnet-4-5" } };

/** What a page should not have. Ends when all images have loaded or failed, so that what they would run has run. */
async function findings(page: Page): Promise<unknown> {
  await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");
  return await page.evaluate(`(async () => {
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    await new Promise((resolve) => setTimeout(resolve));
    const found = [];
    if (window.hacked !== undefined) found.push("ran " + window.hacked);
    const controls = /[\\u202A-\\u202E\\u2066-\\u2069]/u;
    for (const element of document.querySelectorAll("*")) {
      const name = element.localName;
      if (/^(?:iframe|object|embed|base|style|marquee|video|math|foreignObject)$/.test(name)) found.push("element " + name);
      if (name === "script" && !/^\\/assets\\/\\w+\\.js$/.test(element.getAttribute("src") ?? "")) found.push("script " + element.outerHTML);
      for (const { name: attribute, value } of element.attributes) {
        if (/^(?:on|srcdoc$|style$|formaction$|ping$)/.test(attribute) && !element.closest(".uplot")) found.push(name + " " + attribute);
        if (["href", "src", "action", "xlink:href"].includes(attribute)) {
          const isOwn = /^(?:#|\\/(?!\\/)|data:image\\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$)/.test(value);
          const isLink = name === "a" && /^https?:\\/\\//.test(value) && element.relList.contains("noopener") && element.relList.contains("noreferrer");
          if (!isOwn && !isLink) found.push(name + " " + attribute + " " + value);
        }
      }
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE && controls.test(node.data)) found.push("reordered in " + element.parentElement.outerHTML.slice(0, 300));
      }
    }
    return found;
  })()`);
}

for (const width of [1280, 375]) {
  test(`a recording that is hostile in every text runs, loads, links and reorders nothing on any page, ${width} px wide`, async () => {
    const { page, go, faults } = await signIn({ viewport: { width, height: 800 } });
    const problems: Record<string, unknown> = {};
    for (const path of paths) {
      await go(path);
      const found = (await findings(page)) as string[];
      const wider = await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      if (found.length > 0 || wider > 0) problems[path.slice(0, 80)] = { found, wider };
    }
    expect(problems).toEqual({});
    expect(faults).toEqual([]);
  });
}

test("what was posted is there to be read, as the characters that it is of", async () => {
  const { page, go } = await signIn();
  await go(`/recordings/hostile?project_id=${project.id}`);
  const shown = (await page.locator(".chat").innerText()).replaceAll(/\s+/gu, " ");
  for (const text of ["<script>window.hacked = 1</script>", "U+202E", "hidden: AB", "U+0007", "javascript:window.hacked=21"])
    expect(shown).toContain(text);
  const copied = JSON.parse((await page.locator("#whole-json").textContent()) ?? "") as Record<string, unknown>;
  expect(copied["messages"]).toEqual(hostileCall.all_messages);
  for (const grouping of ["model", "provider", "environment"]) {
    await go(`/?project_id=${project.id}&range=24h&group_by=${grouping}`);
    expect(await page.getByRole("region", { name: /^By/ }).innerText()).toContain("onerror=window.hacked=20>U+202E");
  }
});

test("a list that goes on by itself takes a hostile recording as text too", async () => {
  const live = newProject("live");
  await live.record({ id: "before" });
  const { page, go, faults } = await signIn();
  await go(`/recordings?project_id=${live.id}`);
  await page.getByText("Live", { exact: true }).waitFor();
  await live.record({ id: "hostile", ...hostileCall });
  await page.locator("[data-row^='hostile ']").waitFor();
  expect(await findings(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test("a long name takes no room from others: an ordinary model's stands on one line in every table", async () => {
  const crowded = newProject("crowded");
  await crowded.record({ id: "plain", ...usual }, { id: "hostile", ...hostileCall });
  for (const width of [1280, 375]) {
    const { page, go } = await signIn({ viewport: { width, height: 800 } });
    for (const path of ["/recordings", "/"]) {
      await go(`${path}?project_id=${crowded.id}`);
      const name = page.getByRole("table").getByText("claude-sonnet-4-5", { exact: true });
      expect({ path, width, lines: await name.evaluate((element) => element.getClientRects().length) }).toEqual({
        path,
        width,
        lines: 1,
      });
    }
  }
});

test("texts that are no text (NUL, halves of characters) are shown as what they are, where they are taken", async () => {
  const { origin, adminKey } = inject("collector");
  const odd = newProject("odd");
  const body = `{"project_id":"${odd.id}","id":"odd","all_messages":[{"role":"user","content":"a\\u0000b\\ud800c\\udc00\\uffff"}]}`;
  const headers = { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" };
  expect((await fetch(`${origin}/v1/recordings`, { method: "POST", headers, body })).status).toBe(201);
  const { page, go, faults } = await signIn();
  await go(`/recordings/odd?project_id=${odd.id}`);
  expect(await page.locator(".chat .words").innerText()).toMatch(/^aU\+0000b.*c/);
  await go(`/recordings?project_id=${odd.id}`);
  expect(await page.locator("[data-row]").count()).toBe(1);
  expect(faults).toEqual([]);
});

test("what an address says comes back in the page for signing in as text alone", async () => {
  const { page, go, faults } = await openTab();
  await go(`/recordings?${new URLSearchParams({ project_id: nastyName, text: nasty }).toString()}`);
  expect(await findings(page)).toEqual([]);
  await typeKey(page, nastyName);
  await page.getByRole("alert").waitFor();
  expect(await findings(page)).toEqual([]);
  expect(faults).toEqual([]);
});
