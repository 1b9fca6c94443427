import axe from "axe-core";
import { expect, inject, onTestFinished, test } from "vitest";
import { launchBrowser } from "./chromium";

const screens = [
  { width: 375, height: 812, colorScheme: "light" },
  { width: 1280, height: 800, colorScheme: "dark" },
] as const;

test("/docs can be read by everybody: no serious violation of WCAG AA on a phone in light, and on a desk in dark", async () => {
  const browser = await launchBrowser();
  onTestFinished(browser.close);
  const page = await browser.context().newPage();
  const problems: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && problems.push(message.text())));
  for (const { colorScheme, ...size } of screens) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await page.goto(`${inject("collector").origin}/docs`);
    await page.evaluate(axe.source);
    // What is folded is there for whoever unfolds it.
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
    const run = "axe.run({ resultTypes: ['violations'] })";
    const { violations } = (await page.evaluate(run)) as axe.AxeResults;
    const told = violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes[0]?.html} and ${nodes.length - 1} more`);
    expect([size.width, colorScheme, told]).toEqual([size.width, colorScheme, []]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(size.width);
  }
  expect(problems).toEqual([]);
});

test("an operation of /docs is reached by the keyboard, and by its address", async () => {
  const browser = await launchBrowser();
  onTestFinished(browser.close);
  const page = await browser.context().newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  const address = `${inject("collector").origin}/docs`;
  await page.goto(`${address}#listKeys`);
  expect(await page.locator("#listKeys").boundingBox()).toMatchObject({ y: expect.closeTo(0, -2) });
  await page.goto(address);
  const link = page.locator('nav a[href="#deleteRecording"]');
  await link.focus();
  await page.keyboard.press("Enter");
  expect(page.url()).toBe(`${address}#deleteRecording`);
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.closest('article')?.id")).toBe("deleteRecording");
});
