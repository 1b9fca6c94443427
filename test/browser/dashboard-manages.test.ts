import { expect, inject, onTestFinished, test } from "vitest";
import { newProject } from "./collector-project";
import { killBatch } from "./shown-project";
import { shareBrowser, signIn } from "./visitor";

shareBrowser();

test("a key that is made in the page is shown once, records, and is revoked in two steps", async () => {
  const { origin } = inject("collector");
  const project = newProject();
  await project.record({ id: "before" });
  const { page, go, faults } = await signIn();
  await go(`/keys?project_id=${project.id}`);
  await page.getByText("Make a key").click();
  await page.getByLabel("What for").selectOption("ingest");
  await page.getByLabel("Label").fill("shop <b>server</b>");
  await page.getByRole("button", { name: "Make it" }).click();
  const key = await page.locator("#made-key").innerText();
  expect(key).toMatch(/^ac_ingest_/);
  const record = async (id: string) => {
    const body = JSON.stringify({ id, all_messages: [{ role: "user", content: "Hi" }] });
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    return (await fetch(`${origin}/v1/recordings`, { method: "POST", headers, body })).status;
  };
  expect(await record("by-it")).toBe(201);
  await go(`/keys?project_id=${project.id}`);
  expect(await page.content()).not.toContain(key);
  const row = page.locator("tr", { hasText: key.split("_")[2] ?? "" });
  expect(await row.innerText()).toContain("shop <b>server</b>");
  expect(await row.innerText()).toContain(project.id);
  await row.getByText("Revoke", { exact: true }).click();
  await row.getByRole("button", { name: "Revoke it for good" }).click();
  await row.getByText("revoked").waitFor();
  expect(await row.getByText("Revoke", { exact: true }).count()).toBe(0);
  expect(faults).toEqual([]);
});

test("a browser key without an origin is refused with the reason beside the form", async () => {
  const project = newProject();
  await project.record({ id: "before" });
  const { page, go } = await signIn();
  await go(`/keys?project_id=${project.id}`);
  await page.getByText("Make a key").click();
  await page.getByLabel("What for").selectOption("browser");
  await page.getByRole("button", { name: "Make it" }).click();
  expect(await page.getByRole("alert").innerText()).toContain("origins");
});

test("a dead batch says why, is tried again by its button, and is written", async () => {
  const project = newProject();
  const { destination, receiver } = await killBatch(project);
  onTestFinished(receiver.stop);
  const { page, go, faults } = await signIn();
  await go(`/exports?project_id=${project.id}&destination=${destination}`);
  const card = page.locator(".card.chosen");
  expect(await card.innerText()).toContain("has dead batches");
  const row = page.getByRole("region", { name: "Batches" }).locator("tbody tr");
  expect(await row.innerText()).toContain("the column id is missing");
  await Promise.all([page.waitForEvent("load"), row.getByRole("button", { name: "Try again" }).click()]);
  await expect
    .poll(
      async () => {
        await page.reload();
        return await row.locator(".mark").innerText();
      },
      { timeout: 30_000, interval: 300 },
    )
    .toBe("written");
  expect(await card.locator(".mark").innerText()).toBe("well");
  expect(receiver.received).toHaveLength(2);
  expect(faults).toEqual([]);
});

test("what there is now is exported by a button, and its object is downloaded from the list", async () => {
  const project = newProject();
  await project.record({ id: "exported" });
  const { page, go } = await signIn();
  await go(`/exports?project_id=${project.id}`);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Export what there is now" }).click()]);
  await go(`/exports?project_id=${project.id}&destination=default`);
  const link = page.getByRole("region", { name: "Batches" }).locator("a[download]").first();
  await expect
    .poll(
      async () => {
        await page.reload();
        return await link.count();
      },
      { timeout: 30_000, interval: 300 },
    )
    .toBe(1);
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(await download.failure()).toBe(null);
});

test("a snippet is copied with the collector's address in it", async () => {
  const { origin } = inject("collector");
  const project = newProject();
  await project.record({ id: "before" });
  const { page, go } = await signIn({ permissions: ["clipboard-read", "clipboard-write"] });
  await go(`/connect?project_id=${project.id}`);
  await page.locator("#curl").getByRole("button", { name: "Copy" }).click();
  await page.locator("#curl").getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate<string>("navigator.clipboard.readText()");
  expect(copied).toContain(`curl ${origin}/v1/recordings`);
  expect(copied).toContain(`"project_id": "${project.id}"`);
});
