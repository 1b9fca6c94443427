import { expect, test } from "vitest";
import { newProject } from "./collector-project";
import { pollMs, shareBrowser, signIn } from "./visitor";

shareBrowser();

/** Milliseconds within which the list shows what was posted, as the README promises. */
const liveMs = 2000;

test("each page opens from the navigation, says which it is, and nothing in it goes wrong", async () => {
  const project = newProject();
  await project.record({ id: "one", call_info: { provider: "openai", model: "gpt-4o-mini" } });
  const { page, go, faults } = await signIn();
  await go(`/?project_id=${project.id}`);
  for (const name of ["Recordings", "Sessions", "Exports", "Keys", "Connect", "Overview"]) {
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    expect(await page.title()).toContain(name);
    expect(await page.locator("nav a[aria-current=page]").innerText()).toBe(name);
  }
  expect(faults).toEqual([]);
});

test("the overview draws its charts, and tells the same numbers in tables", async () => {
  const project = newProject();
  const call = { call_info: { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 12, completion_tokens: 5 } } };
  await project.record(...["one", "two", "three"].map((id) => ({ id, ...call })));
  const { page, go, faults } = await signIn();
  await go(`/?project_id=${project.id}&range=24h`);
  const tile = page.locator(".tile", { has: page.locator("dt", { hasText: /^Calls$/ }) });
  expect(await tile.locator("dd").innerText()).toMatch(/^3\s/);
  await expect.poll(async () => await page.locator(".plot canvas").count(), { timeout: pollMs }).toBe(4);
  const calls = page.locator("figure", { has: page.locator("figcaption", { hasText: /^Calls$/ }) });
  await calls.getByText("The numbers").click();
  expect(await calls.locator("details tbody td").first().innerText()).toBe("3");
  await page.getByRole("link", { name: "gpt-4o-mini" }).click();
  await page.getByRole("heading", { name: "Recordings", level: 1 }).waitFor();
  expect(await page.getByLabel("Model", { exact: true }).inputValue()).toBe("gpt-4o-mini");
  expect(await page.locator("[data-row]").count()).toBe(3);
  expect(faults).toEqual([]);
});

test("a chart of lines shows a measure that is of one hour alone", async () => {
  const project = newProject();
  const now = Date.now() / 1000;
  await project.record({ id: "one", call_info: { provider: "openai", model: "gpt-4o-mini", start_time: now - 3, end_time: now - 1 } });
  const { page, go } = await signIn();
  await go(`/?project_id=${project.id}&range=7d`);
  // Lines and words of the axes are grey: what has a colour is the measure.
  const coloured = `(() => {
    const canvas = document.querySelector(".plot[aria-label^=Latency] canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue, alpha] = data.subarray(at, at + 4);
      if (alpha > 128 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) count += 1;
    }
    return count;
  })()`;
  await page.locator(".plot[aria-label^=Latency] canvas").waitFor();
  await expect.poll(async () => await page.evaluate<number>(coloured), { timeout: pollMs }).toBeGreaterThan(10);
});

test("a filter narrows the list, stands in the address, and is taken back by a link where nothing meets it", async () => {
  const project = newProject();
  await project.record(
    { id: "cheap", call_info: { provider: "openai", model: "gpt-4o-mini" } },
    { id: "dear", call_info: { provider: "anthropic", model: "claude-sonnet-4-5" } },
    {
      id: "failed",
      error: { type: "overloaded", message: "Overloaded" },
      call_info: { provider: "anthropic", model: "claude-sonnet-4-5" },
    },
  );
  const { page, go, faults } = await signIn();
  await go(`/recordings?project_id=${project.id}`);
  expect(await page.locator("[data-row]").count()).toBe(3);
  await page.getByLabel("Provider", { exact: true }).fill("anthropic");
  await page.getByText("More conditions").click();
  await page.getByRole("combobox", { name: "Error" }).selectOption("true");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL(/error=true/);
  expect(await page.locator("[data-row]").count()).toBe(1);
  await page.getByText("Here is failed").waitFor();
  const { searchParams } = new URL(page.url());
  expect(searchParams.get("provider")).toBe("anthropic");
  expect([...searchParams.values()]).not.toContain("");
  await page.getByLabel("Text in a message").fill("nowhere said");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByText("Nothing here meets this filter").waitFor();
  await page.getByRole("link", { name: "Show all recordings" }).click();
  await expect.poll(async () => await page.locator("[data-row]").count(), { timeout: pollMs }).toBe(3);
  expect(faults).toEqual([]);
});

test("a condition on a key of the session's metadata is kept as a choice, and goes when it is unchecked", async () => {
  const project = newProject();
  await project.record(
    { id: "gold", session_info: { session_id: "s1", custom_metadata: { tier: "gold" } } },
    { id: "free", session_info: { session_id: "s2" } },
  );
  const { page, go } = await signIn();
  await go(`/recordings?project_id=${project.id}`);
  await page.getByText("More conditions").click();
  await page.getByLabel("metadata: key").fill("tier");
  await page.getByLabel("metadata: value").fill("gold");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL(/metadata\.tier=gold/);
  expect(await page.locator("[data-row]").count()).toBe(1);
  await page.getByRole("checkbox", { name: /tier/ }).uncheck();
  await page.getByRole("button", { name: "Filter" }).click();
  await expect.poll(async () => await page.locator("[data-row]").count(), { timeout: pollMs }).toBe(2);
});

test("what the API refuses of a filter is said beside the form", async () => {
  const project = newProject();
  const { page, go } = await signIn();
  await go(`/recordings?project_id=${project.id}&cost_usd_min=much`);
  expect(await page.getByRole("alert").innerText()).toContain("cost_usd_min");
  expect(await page.getByLabel("Cost from, $").inputValue()).toBe("much");
  await go(`/recordings?project_id=${project.id}&cursor=forged`);
  await page.getByRole("alert").waitFor();
});

test("page after page shows each recording once, the newest first, though more arrive meanwhile", async () => {
  const project = newProject();
  const ids = Array.from({ length: 120 }, (_, index) => `turn-${String(index).padStart(3, "0")}`);
  await project.record(...ids.map((id) => ({ id })));
  const { page, go } = await signIn();
  const seen: string[] = [];
  await go(`/recordings?project_id=${project.id}`);
  for (;;) {
    const rows = await page.locator("[data-row]").evaluateAll((all) => all.map((row) => row.getAttribute("data-row") ?? ""));
    seen.push(...rows.map((row) => row.split(" ")[0] ?? ""));
    const older = page.getByRole("link", { name: "Older", exact: true });
    if ((await older.count()) === 0) break;
    // Of these rows: what arrives moves the first page on, and its link with it.
    const next = (await older.getAttribute("href")) ?? "";
    await project.record({ id: `late-${seen.length}` });
    await go(next);
  }
  const listed = seen.filter((id) => !id.startsWith("late-"));
  expect(listed).toEqual(ids.toReversed());
  await page.getByRole("link", { name: "To the newest" }).click();
  await page.getByText("Here is late-", { exact: false }).first().waitFor();
});

test("a posted recording is in an open list within two seconds, what is said of it too, and a deleted one goes", async () => {
  const project = newProject();
  await project.record({ id: "before" });
  const { page, go, faults } = await signIn();
  await go(`/recordings?project_id=${project.id}`);
  await page.getByText("Live", { exact: true }).waitFor();
  await project.record({ id: "fresh" });
  await page.getByText("Here is fresh").waitFor({ timeout: liveMs });
  expect(await page.locator("[data-row]").first().innerText()).toContain("Here is fresh");
  expect(await page.locator("[data-row^='fresh '] time").innerText()).not.toContain("-");
  await project.ask("POST", `/v1/recordings/fresh/feedback?project_id=${project.id}`, { rating: "good" });
  await page.locator("[data-row^='fresh ']").getByText("feedback").waitFor({ timeout: liveMs });
  await project.ask("DELETE", `/v1/recordings/before?project_id=${project.id}`);
  await page.getByText("Here is before").waitFor({ state: "detached", timeout: liveMs });
  expect(faults).toEqual([]);
});

test("the first recording of a project shows in the list that was empty", async () => {
  const project = newProject();
  await project.makeKey("ingest");
  const { page, go } = await signIn();
  await go(`/recordings?project_id=${project.id}`);
  await page.getByText("Nothing was recorded in this project yet").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await project.record({ id: "first" });
  await page.getByText("Here is first").waitFor();
});

test("a list that goes on leaves the focus and what is selected as they were", async () => {
  const project = newProject();
  await project.record(...Array.from({ length: 60 }, (_, index) => ({ id: `held-${index}` })));
  const { page, go } = await signIn();
  await go(`/recordings?project_id=${project.id}`);
  await page.getByText("Live", { exact: true }).waitFor();
  const older = page.getByRole("link", { name: "Older" });
  const held = page.getByRole("link", { name: "Here is held-55" });
  const region = page.getByRole("region", { name: "Recordings" });
  const focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent";
  await page.evaluate("getSelection().selectAllChildren(document.querySelector('[data-row^=\"held-55 \"] bdi'))");
  for (const [index, [place, name]] of (
    [
      [older, "Older"],
      [held, "Here is held-55"],
      [region, "Recordings"],
    ] as const
  ).entries()) {
    await place.focus();
    await project.record({ id: `newer-${index}` });
    await page.getByText(`Here is newer-${index}`).waitFor();
    expect(await page.evaluate(focused)).toBe(name);
  }
  expect(await page.evaluate("getSelection().toString()")).toBe("Here is held-55");
  await held.focus();
  await project.ask("POST", `/v1/recordings/held-55/feedback?project_id=${project.id}`, { rating: "good" });
  await page.locator("[data-row^='held-55 ']").getByText("feedback").waitFor();
  expect(await page.evaluate(focused)).toBe("Here is held-55");
  const href = await older.getAttribute("href");
  await go(`/recordings?project_id=${project.id}`);
  expect(await older.getAttribute("href")).toBe(href);
});

test("another project is chosen at the top of each page, and the page stays the same one", async () => {
  const [one, two] = [newProject("choice-a"), newProject("choice-b")];
  await one.record({ id: "in-one" });
  await two.record({ id: "in-two" });
  const { page, go } = await signIn();
  await go(`/recordings?project_id=${one.id}`);
  await page.getByLabel("Project").selectOption(two.id);
  await page.getByText("Here is in-two").waitFor();
  expect(new URL(page.url()).pathname).toBe("/recordings");
  expect(await page.getByText("Here is in-one").count()).toBe(0);
});

test("times are in the reader's own zone, and say which", async () => {
  const project = newProject();
  await project.record({ id: "one" });
  const { page, go } = await signIn({ timezoneId: "Asia/Tokyo" });
  await go(`/recordings?project_id=${project.id}`);
  await page.getByText("in your zone, Asia/Tokyo").waitFor();
  const time = page.locator("[data-row] time");
  const at = new Date((await time.getAttribute("datetime")) ?? "");
  const hour = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" }).format(at);
  expect(await time.innerText()).toContain(hour.split(/\s/u)[0] ?? "");
});
