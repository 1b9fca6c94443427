import { version } from "../version";

const routes = [
  ["POST /v1/recordings", "record one call, an array of them, or one a line (NDJSON)"],
  ["POST /api/v2/projects/{project}/sessions/{session}/completions", "the Freeplay SDKs' wire: set their base URL to this address + /api"],
  ["GET /v1/recordings?project_id=", "what was recorded, newest first; /{id} for one"],
  ["GET /v1/metrics?project_id=", "calls, errors, tokens, cost and latency by hour or day"],
  ["GET /v1/exports", "the batches written to the bucket; POST cuts what there is now"],
  ["POST /v1/destinations", "where else exports go: Parquet, an S3-compatible store, a webhook; …/batches tells what became of them"],
  ["PUT /v1/projects/{project}/prices", "prices of your own, which win over the table; POST …/reprice prices a window of time anew"],
  ["GET /v1/keys", "keys: ingest, read, admin, browser; POST makes one"],
  ["GET /docs", "every route and status, and the fields of a recording; /openapi.json for programs"],
] as const;

/** What `curl` of the address says: how to record a call, and where to go. */
export function welcomeText(origin: string): string {
  const width = Math.max(...routes.map(([route]) => route.length));
  const table = routes.map(([route, what]) => `  ${route.padEnd(width)}  ${what}`).join("\n");
  return `Aircheck ${version}
Aircheck keeps recordings of LLM calls: validated, counted in tokens, priced, stored, exported.

curl ${origin}/v1/recordings \\
  -H "Authorization: Bearer $AIRCHECK_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"project_id": "demo",
       "all_messages": [{"role": "user", "content": "Why is the sky blue?"},
                        {"role": "assistant", "content": "Rayleigh scattering."}],
       "call_info": {"provider": "openai", "model": "gpt-4o-mini"}}'

In a browser this address is the dashboard.

${table}
`;
}
