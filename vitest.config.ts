import { readFileSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { buildAssets } from "./scripts/asset-bundle.mjs";
import { buildClient } from "./scripts/client-bundle.mjs";
import { buildPriceTable } from "./scripts/price-table.mjs";

// The Worker carries it, so it is there before any test is.
await Promise.all([buildClient(), buildAssets(), buildPriceTable()]);

/** In Node a `.bin` file is an ArrayBuffer too, as the rules of wrangler.toml make it in a Worker, and a `.txt` file a text. */
const dataModules = {
  name: "data-modules",
  // Vite would make the address of an asset of a text.
  enforce: "pre" as const,
  load(id: string): string | null {
    if (id.endsWith(".txt")) return `export default ${JSON.stringify(readFileSync(id, "utf8"))};`;
    if (!id.endsWith(".bin")) return null;
    return `import { readFileSync } from "node:fs";
      const bytes = readFileSync(${JSON.stringify(id)});
      export default bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);`;
  },
};

/** The collector's own bindings, in workerd. */
function inWorkerd() {
  return cloudflareTest(async () => ({
    wrangler: { configPath: "./wrangler.toml" },
    miniflare: {
      bindings: {
        ADMIN_KEY: "ac_admin_for_tests",
        ALLOW_LOCAL_DESTINATIONS: "true",
        TEST_MIGRATIONS: await readD1Migrations("./migrations"),
      },
    },
  }));
}

/** Pure code and scripts in plain Node; what touches a binding in workerd; whole collectors, started as users start them, in e2e and slow. */
export default defineConfig({
  test: {
    reporters: process.env["TEST_REPORT"] === undefined ? ["default"] : ["default", ["json", { outputFile: process.env["TEST_REPORT"] }]],
    // The log of a test that passed is of no use, and there are thousands of lines of it.
    silent: "passed-only",
    projects: [
      { plugins: [dataModules], test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000 } },
      {
        plugins: [inWorkerd()],
        test: {
          name: "workerd",
          include: ["test/workerd/**/*.test.ts"],
          setupFiles: ["test/workerd/set-up.ts"],
          isolate: false,
          testTimeout: 60_000,
        },
      },
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/set-up.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [inWorkerd()],
        test: {
          name: "slow-workerd",
          include: ["test/slow-workerd/**/*.test.ts"],
          setupFiles: ["test/workerd/set-up.ts"],
          isolate: false,
          testTimeout: 600_000,
        },
      },
      { test: { name: "slow", include: ["test/slow/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 120_000 } },
    ],
  },
});
