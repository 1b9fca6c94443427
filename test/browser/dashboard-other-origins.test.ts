import type { Page } from "playwright-core";
import { beforeAll, expect, inject, onTestFinished, test } from "vitest";
import { newProject } from "./collector-project";
import { killBatch } from "./shown-project";
import { openSite, type Site } from "./site";
import { openTab, pollMs, shareBrowser, signIn, type Visitor } from "./visitor";

shareBrowser();

/** A page on another port of the same host: to the browser the same site, so the cookie goes along with what it sends. */
let site: Site;
beforeAll(async () => {
  site = await openSite(inject("collector").origin, "");
  return site.close;
});

async function lure({ page }: Visitor): Promise<void> {
  await page.goto(site.origin);
  await page.waitForFunction("window.isReady === true");
}

/** Has a page send a form to a path of the collector, as a click would, and says what came of it. */
async function sendForm(
  page: Page,
  path: string,
  fields: Record<string, string>,
): Promise<{ status: number; brought: boolean; set: boolean }> {
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.evaluate(`(() => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = ${JSON.stringify(inject("collector").origin + path)};
    for (const [name, value] of Object.entries(${JSON.stringify(fields)})) {
      const input = document.createElement("input");
      input.name = name;
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  })()`);
  const response = await answered;
  await page.waitForURL(response.url());
  const [asked, told] = await Promise.all([response.request().allHeaders(), response.allHeaders()]);
  return { status: response.status(), brought: "cookie" in asked, set: "set-cookie" in told };
}

test("no form of another origin does anything in a visitor's name, though the cookie comes along", async () => {
  const project = newProject();
  const key = await project.makeKey("ingest");
  const [, , id = ""] = key.split("_");
  const { destination, receiver } = await killBatch(project);
  onTestFinished(receiver.stop);
  const { batches } = (await project.ask("GET", `/v1/destinations/${destination}/batches`)) as { batches: { id: string }[] };
  const keysBefore = await project.ask("GET", "/v1/keys?limit=200");
  const visitor = await signIn();
  const sent: unknown[] = [];
  for (const [path, fields] of [
    ["/keys", { scope: "admin", label: "theirs" }],
    [`/keys/${id}/revoke`, {}],
    ["/exports/cut", {}],
    ["/exports/retry", { destination, batch: batches[0]?.id ?? "" }],
    ["/sign-out", {}],
    ["/sign-in", { key: inject("collector").adminKey, to: "/" }],
  ] as const) {
    await lure(visitor);
    sent.push(await sendForm(visitor.page, path, fields));
  }
  expect(sent).toEqual([401, 401, 401, 401, 403, 403].map((status) => ({ status, brought: true, set: false })));
  expect(await project.ask("GET", "/v1/keys?limit=200")).toEqual(keysBefore);
  expect(await project.ask("GET", `/v1/destinations/${destination}/batches`)).toMatchObject({ batches: [{ state: "dead" }] });
  expect(receiver.received).toHaveLength(1);
  expect(await visitor.context.cookies()).toHaveLength(1);
});

test("another origin signs nobody in, so nobody records into somebody else's project unawares", async () => {
  const visitor = await openTab();
  await lure(visitor);
  expect(await sendForm(visitor.page, "/sign-in", { key: inject("collector").adminKey, to: "/" })).toEqual({
    status: 403,
    brought: false,
    set: false,
  });
  expect(await visitor.context.cookies()).toEqual([]);
});

test("no script of another origin reads an answer or changes anything by the visitor's cookie", async () => {
  const { origin } = inject("collector");
  const project = newProject();
  await project.record({ id: "private" });
  const visitor = await signIn();
  await lure(visitor);
  const tried = await visitor.page.evaluate<Record<string, string>>(`(async () => {
    const at = (path) => ${JSON.stringify(origin)} + path;
    const outcome = (promise) => promise.then(async (answer) => answer.status + " " + answer.type + " " + await answer.text(), () => "refused");
    const own = { credentials: "include" };
    const text = { ...own, method: "POST", headers: { "Content-Type": "text/plain" } };
    const item = JSON.stringify({ project_id: "${project.id}", id: "forged", all_messages: [{ role: "user", content: "forged" }] });
    return {
      page: await outcome(fetch(at("/recordings?project_id=${project.id}"), own)),
      api: await outcome(fetch(at("/v1/recordings?project_id=${project.id}"), own)),
      anonymous: await outcome(fetch(at("/v1/recordings?project_id=${project.id}"))),
      opaque: await outcome(fetch(at("/v1/recordings?project_id=${project.id}"), { ...own, mode: "no-cors" })),
      key: await outcome(fetch(at("/v1/keys"), { ...text, body: '{"scope":"admin","label":"theirs"}' })),
      keyUnread: await outcome(fetch(at("/v1/keys"), { ...text, mode: "no-cors", body: '{"scope":"admin","label":"theirs"}' })),
      record: await outcome(fetch(at("/v1/recordings"), { ...text, mode: "no-cors", body: item })),
      form: await outcome(fetch(at("/keys"), { ...own, method: "POST", mode: "no-cors", body: new URLSearchParams({ scope: "admin" }) })),
      remove: await outcome(fetch(at("/v1/recordings/private?project_id=${project.id}"), { ...own, method: "DELETE" })),
      tail: await new Promise((resolve) => {
        const events = new EventSource(at("/v1/tail?project_id=${project.id}"), { withCredentials: true });
        events.onopen = () => resolve("open");
        events.onerror = () => { events.close(); resolve("refused"); };
      }),
    };
  })()`);
  expect(JSON.stringify(tried)).not.toContain("Here is private");
  expect(tried).toMatchObject({
    page: "refused",
    api: "refused",
    key: "refused",
    remove: "refused",
    tail: "refused",
    opaque: "0 opaque ",
    keyUnread: "0 opaque ",
    form: "0 opaque ",
  });
  const { recordings } = await project.ask("GET", `/v1/recordings?project_id=${project.id}`);
  expect((recordings as { id: string }[]).map(({ id }) => id)).toEqual(["private"]);
  expect(JSON.stringify(await project.ask("GET", "/v1/keys?limit=200"))).not.toContain("theirs");
});

test("no other page frames one of the dashboard's, or keeps hold of one that it opened", async () => {
  const { origin } = inject("collector");
  const visitor = await signIn();
  await lure(visitor);
  const loaded = visitor.page.waitForResponse((response) => response.url().startsWith(`${origin}/keys`));
  await visitor.page.evaluate(`(() => {
    const frame = document.createElement("iframe");
    frame.src = ${JSON.stringify(`${origin}/keys`)};
    document.body.append(frame);
  })()`);
  await loaded;
  const [, frame] = visitor.page.frames();
  await expect.poll(() => frame?.url(), { timeout: pollMs }).toMatch(/^chrome-error:/);
  const [opened] = await Promise.all([
    visitor.context.waitForEvent("page"),
    visitor.page.evaluate(`void (window.held = window.open(${JSON.stringify(`${origin}/keys`)}))`),
  ]);
  await opened.getByRole("heading", { name: "Keys" }).waitFor();
  expect(await visitor.page.evaluate("held.closed")).toBe(true);
  expect(await opened.evaluate("opener")).toBe(null);
});

test("a link on a foreign site leads a visitor who is signed in to his page", async () => {
  const project = newProject();
  await project.record({ id: "linked" });
  const visitor = await signIn();
  await visitor.page.goto(site.foreign);
  await visitor.page.evaluate(`location.assign(${JSON.stringify(`${inject("collector").origin}/recordings?project_id=${project.id}`)})`);
  await visitor.page.getByText("Here is linked").waitFor();
});
