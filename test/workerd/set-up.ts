import { applyD1Migrations, createExecutionContext, createMessageBatch, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { loadCounter } from "../../src/enrich/counter/counters";
import { loadPriceTable } from "../../src/enrich/price/cost";
import type { Env as CollectorEnv } from "../../src/env";
import collector from "../../src/index";
import { isResting } from "../../src/keep/pressure";

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: { default: typeof collector };
    }

    interface Env extends CollectorEnv {
      ADMIN_KEY: string;
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

// An import within a request asks Vite, and two requests at once share its answer, which workerd forbids: now and then one hangs.
await loadPriceTable();
await loadCounter("o200k_base");
await loadCounter("cl100k_base");
await collector.fetch(new Request("http://collector.test/nothing"), env, createExecutionContext());
await collector.queue(createMessageBatch("aircheck", []), env, createExecutionContext());

// What the file before made of D1 in a test of a bad day: it is left alone for two seconds.
while (isResting(env.DB, { now: () => Date.now() })) await new Promise((resolve) => setTimeout(resolve, 100));
