import type { TestProject } from "vitest/node";
import { startCollector } from "../e2e/running-collector";

declare module "vitest" {
  interface ProvidedContext {
    collector: { origin: string; adminKey: string };
  }
}

/** One collector, as `npm start` runs it, for all tests in the browser: each has a project of its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { origin, adminKey, stop } = await startCollector();
  project.provide("collector", { origin, adminKey });
  return stop;
}
