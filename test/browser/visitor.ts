import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, inject, onTestFinished } from "vitest";
import { launchOptions } from "./chromium";

/** Somebody who looks at the dashboard in a tab of his own. */
export interface Visitor {
  page: Page;
  context: BrowserContext;
  /** Goes to a path of the collector. */
  go: (path: string) => Promise<void>;
  /** What went wrong until now: errors of scripts, dialogs, and requests that left the collector. */
  faults: string[];
}

/** Milliseconds that a page may take to show what it will: on a busy machine, more than a matcher waits by itself. */
export const pollMs = 10_000;

let browser: Browser | undefined;
/** One Chromium for all tests of a file: each visitor has cookies of his own. Called at the top of the file. */
export function shareBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch(await launchOptions());
  });
  afterAll(async () => await browser?.close());
}

/** Opens a tab in which nobody is signed in yet. */
export async function openTab(options: BrowserContextOptions = {}): Promise<Visitor> {
  const { origin } = inject("collector");
  if (browser === undefined) throw new Error("shareBrowser() was not called.");
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 }, ...options });
  onTestFinished(async () => await context.close());
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`error ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== origin) faults.push(`request to ${url.href}`);
  });
  return { page, context, faults, go: async (path) => void (await page.goto(origin + path)) };
}

/** Opens a tab and signs in there with a key, the first admin's unless another is given. */
export async function signIn(options: BrowserContextOptions & { key?: string } = {}): Promise<Visitor> {
  const { key = inject("collector").adminKey, ...rest } = options;
  const visitor = await openTab(rest);
  await visitor.go("/connect");
  await typeKey(visitor.page, key);
  await visitor.page.waitForURL(/\/connect$/);
  await visitor.page.getByRole("heading", { name: "Connect", level: 1 }).waitFor();
  return visitor;
}

/** Types a key into the page that asks for one, and sends it. */
export async function typeKey(page: Page, key: string): Promise<void> {
  await page.getByLabel("Key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}
