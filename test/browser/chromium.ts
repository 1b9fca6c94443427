import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import { type BrowserContext, chromium as playwright, type LaunchOptions, type Page } from "playwright-core";

/** A real Chromium with a profile of its own, which outlives it. */
export interface Browser {
  /** A new tab at an address, once its script says `window.isReady`. */
  open: (url: string) => Promise<Page>;
  /** Ends all of its processes at once, as a crash does, and starts another on the same profile. */
  crash: () => Promise<void>;
  /** Ends by SIGKILL all of its tabs' processes, as the system does that lacks memory; or its own, and starts another on the same profile. */
  kill: (processes: "renderer" | "browser") => Promise<void>;
  /** Sets what each page runs before its own scripts. */
  prepare: (script: string) => Promise<void>;
  context: () => BrowserContext;
  close: () => Promise<void>;
}

/** What the package has for a small cloud function, and no user's browser has: with these there is no same-origin policy to test. */
const unlike =
  /^--(single-process|no-zygote|disable-web-security|allow-running-insecure-content|disable-site-isolation-trials|disable-features=)/;

/** How a Chromium starts here that is as a user's. */
export async function launchOptions(): Promise<LaunchOptions> {
  const args = chromium.args.filter((arg) => !unlike.test(arg));
  return { executablePath: await chromium.executablePath(), args, headless: true };
}

export async function launchBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "aircheck-chromium-"));
  const how = await launchOptions();
  const launch = async () => await playwright.launchPersistentContext(profile, how);
  let context = await launch();
  const close = async () => {
    await context.close().catch(() => undefined);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return {
    open: async (url) => {
      const page = await context.newPage();
      await page.goto(url);
      await page.waitForFunction("window.isReady === true");
      return page;
    },
    crash: async () => {
      const gone = new Promise((resolve) => context.once("close", resolve));
      const session = await context.newCDPSession(await context.newPage());
      void session.send("Browser.crash").catch(() => undefined);
      await gone;
      context = await launch();
    },
    kill: async (processes) => {
      const gone = new Promise((resolve) => context.once("close", resolve));
      const session = await context.browser()?.newBrowserCDPSession();
      const { processInfo = [] } = (await session?.send("SystemInfo.getProcessInfo")) ?? {};
      for (const { type, id } of processInfo) if (type === processes) process.kill(id, "SIGKILL");
      if (processes === "renderer") return;
      await gone;
      context = await launch();
    },
    prepare: async (script) => void (await context.addInitScript(script)),
    context: () => context,
    close,
  };
}
