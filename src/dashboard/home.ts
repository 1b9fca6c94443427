import { Hono } from "hono";
import { html } from "hono/html";
import type { Http } from "../env";
import { version } from "../version";

/** `GET /`: what this is and where to go; a page for browsers, text for others. */
export const home = new Hono<Http>();

home.get("/", (c) => {
  const { origin } = new URL(c.req.url);
  c.header("Vary", "Accept");
  if (!(c.req.header("Accept") ?? "").includes("text/html")) return c.text(homeText(origin));
  c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
  return c.html(homePage(origin));
});

const routes = [
  ["POST /v1/recordings", "record one call, an array of them, or one a line (NDJSON)"],
  ["POST /api/v2/projects/{project}/sessions/{session}/completions", "the Freeplay SDKs' wire: set their base URL to this address + /api"],
  ["GET /v1/recordings?project_id=", "what was recorded, newest first; /{id} for one"],
  ["GET /v1/exports", "the batches written to the bucket; POST cuts what there is now"],
  ["POST /v1/destinations", "where else exports go: Parquet, an S3-compatible store, a webhook; …/batches tells what became of them"],
  ["PUT /v1/projects/{project}/prices", "prices of your own, which win over the table; POST …/reprice prices a window of time anew"],
  ["GET /v1/keys", "keys: ingest, read, admin, browser; POST makes one"],
  ["GET /openapi.json", "every route and status, and the fields of a recording"],
] as const;

const purpose = "Aircheck keeps recordings of LLM calls: validated, counted in tokens, priced, stored, exported.";

function curlOf(origin: string): string {
  return `curl ${origin}/v1/recordings \\
  -H "Authorization: Bearer $AIRCHECK_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"project_id": "demo",
       "all_messages": [{"role": "user", "content": "Why is the sky blue?"},
                        {"role": "assistant", "content": "Rayleigh scattering."}],
       "call_info": {"provider": "openai", "model": "gpt-4o-mini"}}'`;
}

function homeText(origin: string): string {
  const width = Math.max(...routes.map(([route]) => route.length));
  const table = routes.map(([route, what]) => `  ${route.padEnd(width)}  ${what}`).join("\n");
  return `Aircheck ${version}\n${purpose}\n\n${curlOf(origin)}\n\n${table}\n`;
}

function homePage(origin: string) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Aircheck</title>
        <style>
          :root {
            color-scheme: light dark;
            --line: color-mix(in srgb, currentColor 18%, transparent);
            --soft: color-mix(in srgb, currentColor 6%, transparent);
          }
          body {
            font:
              16px/1.55 system-ui,
              sans-serif;
            max-width: 46rem;
            margin: 4rem auto;
            padding: 0 1.25rem;
          }
          h1 {
            font-size: 1.9rem;
            margin: 0;
            letter-spacing: -0.02em;
          }
          h1 small {
            font-size: 0.9rem;
            font-weight: 400;
            opacity: 0.65;
            letter-spacing: 0;
          }
          h2 {
            font-size: 1rem;
            margin: 2.25rem 0 0.6rem;
          }
          pre {
            background: var(--soft);
            border: 1px solid var(--line);
            border-radius: 8px;
            padding: 1rem;
            overflow-x: auto;
            font-size: 0.85rem;
            line-height: 1.5;
          }
          code {
            font-family: ui-monospace, monospace;
          }
          dl {
            margin: 0;
          }
          dt {
            font:
              0.85rem ui-monospace,
              monospace;
            overflow-wrap: anywhere;
            padding-top: 0.65rem;
            border-top: 1px solid var(--line);
          }
          dd {
            margin: 0.1rem 0 0.65rem;
            opacity: 0.75;
            font-size: 0.95rem;
          }
          a {
            color: inherit;
          }
        </style>
      </head>
      <body>
        <h1>Aircheck <small>${version}</small></h1>
        <p>${purpose}</p>
        <h2>Record a call</h2>
        <pre><code>${curlOf(origin)}</code></pre>
        <p>The key is your <code>ADMIN_KEY</code>, or one made with <code>POST /v1/keys</code>.</p>
        <h2>Where to go</h2>
        <dl>
          ${routes.map(
            ([route, what]) =>
              html`<dt>${route}</dt>
                <dd>${what}</dd>`,
          )}
        </dl>
        <p><a href="/openapi.json">openapi.json</a> · <a href="/healthz">healthz</a></p>
      </body>
    </html>`;
}
