import { expect, inject, test } from "vitest";
import { newProject } from "./collector-project";
import { openTab, shareBrowser, signIn, typeKey } from "./visitor";

shareBrowser();

test("a key signs in, by a cookie that no script reads and no other site's page brings along, to the page that was asked for", async () => {
  const { adminKey } = inject("collector");
  const { page, context, go, faults } = await openTab();
  await go("/keys?cursor=");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await typeKey(page, adminKey);
  await page.getByRole("heading", { name: "Keys", level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/keys");
  const cookies = await context.cookies();
  expect(cookies).toMatchObject([{ name: "aircheck", httpOnly: true, sameSite: "Strict", path: "/" }]);
  expect(await page.evaluate("document.cookie")).toBe("");
  expect(await page.content()).not.toContain(adminKey);
  expect(faults).toEqual([]);
});

test("a wrong key is told so, and neither signs in nor comes back in the page", async () => {
  const { page, context, go } = await openTab();
  for (const key of ["nonsense", "ac_admin_0123456789abcdef_wrongwrongwrongwrong", `${inject("collector").adminKey}x`]) {
    await go("/");
    await typeKey(page, key);
    await page.getByRole("alert").waitFor();
    expect(await page.getByLabel("Key").inputValue()).toBe("");
    expect(await page.content()).not.toContain(key);
    expect(await context.cookies()).toEqual([]);
  }
});

test("a key that only records does not sign in", async () => {
  const { page, context, go } = await openTab();
  for (const scope of ["ingest", "browser"]) {
    const key = await newProject().makeKey(scope);
    await go("/");
    await typeKey(page, key);
    await page.getByRole("alert").waitFor();
    expect(await context.cookies()).toEqual([]);
  }
});

test("a key of one project that reads sees that project alone, and no way to change anything", async () => {
  const own = newProject("own");
  const other = newProject("other");
  await own.record({ id: "mine" });
  await other.record({ id: "theirs" });
  const { page, go } = await signIn({ key: await own.makeKey("read") });
  await go("/recordings");
  await page.getByText("Here is mine").waitFor();
  expect(await page.content()).not.toContain(other.id);
  await go(`/recordings?project_id=${other.id}`);
  await page.getByRole("heading", { name: "Not found" }).waitFor();
  for (const path of ["/keys", "/exports"]) {
    await go(path);
    await page.getByText("Sign in with an admin key").waitFor();
    expect(await page.locator("main form").count()).toBe(0);
  }
});

test("who signs out has no cookie any more, and sees nothing by going back", async () => {
  const project = newProject();
  await project.record({ id: "secret" });
  const { page, context, go } = await signIn();
  await go(`/recordings?project_id=${project.id}`);
  await page.getByText("Here is secret").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await context.cookies()).toEqual([]);
  await page.goBack();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.content()).not.toContain("Here is secret");
});

test("a key that is revoked signs nobody in", async () => {
  const project = newProject();
  const key = await project.makeKey("read");
  const [, , id] = key.split("_");
  await project.ask("DELETE", `/v1/keys/${id ?? ""}`);
  const { page, context, go } = await openTab();
  await go("/");
  await typeKey(page, key);
  await page.getByRole("alert").waitFor();
  expect(await context.cookies()).toEqual([]);
});

test("signing in leads to no other site, whatever the form says", async () => {
  const { adminKey, origin } = inject("collector");
  for (const to of ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "/.//evil.example"]) {
    const { page, go, faults } = await openTab();
    await go("/");
    await page.locator("input[name=to]").evaluate((input, value) => input.setAttribute("value", value), to);
    await typeKey(page, adminKey);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(new URL(page.url()).origin).toBe(origin);
    expect(faults).toEqual([]);
  }
});
