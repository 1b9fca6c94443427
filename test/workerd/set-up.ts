import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env as CollectorEnv } from "../../src/env";
import type * as collector from "../../src/index";

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: typeof collector;
    }

    interface Env extends CollectorEnv {
      ADMIN_KEY: string;
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
