import { models, type Times, world } from "./world";

/** Rows that one statement makes: some 20 MB. */
const rowsPerPart = 20_000;
const dayUs = 86_400_000_000;

/** Seeds recordings with the places 1 to `rows` of the log, and their projects, sessions and traces, by SQL alone. The same ones each time. */
export async function seed(db: D1Database, rows: number, times: Times, tell: (done: number) => void): Promise<void> {
  const insert = insertRecordings(rows, times);
  for (let from = 1; from <= rows; from += rowsPerPart) {
    const to = Math.min(rows, from + rowsPerPart - 1);
    const bound = (sql: string) => db.prepare(sql).bind(from, to);
    await db.batch([bound(insert), bound(insertProjects), bound(insertSessions), bound(insertTraces)]);
    tell(to);
  }
}

/**
 * A number from 0 to 2^31 - 2 that looks as if drawn for row `i`: nothing in SQLite draws the same twice. Squared modulo a prime,
 * since a linear one would make two columns go together.
 */
function drawn(column: number): string {
  const linear = `((i * ${48_271 + column * 7_919_338} + ${column * 104_729_011}) % 2147483647)`;
  return `(${linear} * ${linear} % 2147483647)`;
}

/** The same as a part of one, above 0. */
function drawnPart(column: number): string {
  return `((${drawn(column)} + 1) / 2147483648.0)`;
}

const modelRows = models
  .map(([provider, model, promptNano, completionNano], index) => `(${index}, '${provider}', '${model}', ${promptNano}, ${completionNano})`)
  .join(", ");

const prose =
  "The order left the warehouse on Monday and reaches you within three working days. You find the tracking number in the mail that we sent when it was packed. " +
  "If the parcel is damaged, take a picture of it before you open it, and write to us with the number of the order. We refund the whole amount, or send the goods once more, as you like. " +
  "Opening a case takes a minute. Somebody of the team answers on the same day, also on weekends, in English and in Spanish.";

/** Every row as `insertRecordings` of the store leaves one that was posted with usage, prompt and session. */
function insertRecordings(rows: number, { startUs }: Times): string {
  const spacingUs = Math.floor((world.days * dayUs) / rows);
  return `
  WITH RECURSIVE numbers(i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM numbers WHERE i < ?2),
  models(k, provider, model, prompt_nano, completion_nano) AS (VALUES ${modelRows}),
  drawn AS MATERIALIZED (
    SELECT i, i / 500 AS block, ${startUs} + i * ${spacingUs} + ${drawn(1)} % ${spacingUs} AS received,
      ${drawn(2)} % 10 <> 0 AS is_large, ${drawn(3)} % 4 AS small,
      -- The last of the list twice as often as each of the others.
      min(${drawn(4)} % 9, 7) AS model_place, ${drawn(5)} % 100 AS environment_place, ${drawn(6)} % 44 AS version_place,
      ${drawn(7)} % 50 AS session_place, ${drawn(8)} % 100 AS usage_place, ${drawn(9)} % 2000 + 100 AS prompt_count,
      ${drawn(10)} % 600 + 20 AS completion_count, ${drawn(11)} % 1000 AS end_place, ${drawn(12)} % 100 AS fault_place,
      ${drawn(13)} % 200 AS word_place, ${drawn(14)} % 1000 AS group_place, ${drawn(15)} AS mark,
      CAST(exp(13.5 + 0.8 * sqrt(-2 * ln(${drawnPart(16)})) * cos(6.283185307 * ${drawnPart(17)})) AS INTEGER) AS latency
    FROM numbers),
  said AS MATERIALIZED (
    SELECT drawn.*, models.*, received - received % 1000 - latency AS began,
      iif(is_large, '${world.project}', printf('small-%02d', (received / ${dayUs} * 4 + small) % ${world.smallProjects})) AS project,
      iif(is_large, iif(session_place = 0, '${world.largeSession}', 's-' || (block * 35 + session_place % 35)), 's-' || (block * 35 + session_place % 3)) AS session,
      CASE WHEN environment_place < 80 THEN 'prod' WHEN environment_place < 95 THEN 'staging' WHEN environment_place < 99 THEN 'dev' END AS environment,
      iif(version_place < ${world.promptVersions}, printf('version-%02d', version_place), NULL) AS version,
      CASE WHEN i % ${Math.max(1, Math.floor(rows / 200))} = 7 THEN 'deferred' WHEN usage_place < 85 THEN 'reported' WHEN usage_place < 97 THEN 'estimated' ELSE 'missing' END AS source,
      iif(group_place < 20, 't-' || (block * 3 + group_place % 3), NULL) AS parent,
      iif(group_place >= 990, 'run-' || (i * 50 / ${rows + 1}), NULL) AS run
    FROM drawn CROSS JOIN models ON k = model_place),
  written AS MATERIALIZED (
    SELECT *, iif(source IN ('reported', 'estimated'), prompt_count, NULL) AS prompt, iif(source IN ('reported', 'estimated'), completion_count, NULL) AS completion,
      '{"role":"system","content":"You answer customers of a shop, in few words."},{"role":"user","content":"Where is my order number ' || (mark % 1000000) || '?"},{"role":"assistant","content":"'
        || iif(i % 50000 = 77, 'It went to ${world.rareWord}. ', '') || substr('${prose}', word_place + 1, 60 + word_place) || '"}' AS messages,
      '{"session_info":{"session_id":"' || session || '","custom_metadata":{"user":"u-' || (mark % 997) || '","tier":"' || iif(mark % 10 = 0, 'gold', 'free') || '"}},'
        || iif(version IS NULL, '', '"prompt_info":{"prompt_template_version_id":"' || version || '","prompt_template_id":"template","prompt_template_name":"support"},')
        || iif(environment IS NULL, '', '"environment":"' || environment || '",')
        || iif(parent IS NULL, '', '"parent_id":"' || parent || '",')
        || '"call_info":{"provider":"' || provider || '","model":"' || model || '","start_time":' || printf('%.3f', began / 1e6) || '},'
        || iif(run IS NULL, '', '"test_run_info":{"test_run_id":"' || run || '"},')
        || '"response_info":{"is_complete":' || iif(fault_place = 3, 'false', 'true') || '}'
        || iif(fault_place < 2, ',"error":{"type":"rate_limit","message":"Too many requests."}', '') || '}' AS content
    FROM said)
  INSERT INTO recordings (seq, project_id, id, session_id, parent_id, test_run_id, receipt, provider, model, environment, started_us, ended_us,
    received_us, prompt_tokens, completion_tokens, prompt_source, completion_source, usage_detail, cost_nano_usd, cost_source, price_version,
    priced_as, content_bytes, content_hash, chain, last_bytes, feedback, messages, content)
  SELECT i, project, printf('r-%07d', i), session, parent, run, printf('%08x', mark), provider, model, environment,
    iif(end_place < 10, NULL, began),
    CASE WHEN end_place < 20 THEN NULL WHEN end_place < 23 THEN began - 5000 ELSE began + latency END,
    received, prompt, completion, source, source,
    iif(source = 'reported', '{"parts":{"cache_read":' || (prompt / 4) || ',"reasoning":' || (completion / 8) || '}}', '{}'),
    prompt * prompt_nano + completion * completion_nano,
    iif(prompt_nano IS NULL OR prompt IS NULL, 'unpriced', 'priced'),
    iif(prompt_nano IS NULL OR prompt IS NULL, NULL, 'genai-prices'), iif(prompt_nano IS NULL OR prompt IS NULL, NULL, provider || '/' || model),
    length(messages) + length(content) + 14, printf('%08x%014x', mark, i), printf('%066x', mark), 100 + word_place,
    iif(fault_place BETWEEN 10 AND 11, '{"rating":"' || iif(mark % 3 = 0, 'negative', 'positive') || '"}', NULL), messages, content
  FROM written`;
}

const insertProjects = `
  INSERT INTO projects (id, created_us) SELECT project_id, min(received_us) FROM recordings WHERE seq BETWEEN ?1 AND ?2 GROUP BY 1
  ON CONFLICT DO NOTHING`;

/** Their metadata is that of their first recording, stamped as the store stamps it. */
const insertSessions = `
  INSERT INTO sessions (project_id, id, metadata, created_us)
  SELECT project_id, session_id, json_object('user', json_array(json_quote(content ->> '$.session_info.custom_metadata.user') || '', 0, received_us),
    'tier', json_array(json_quote(content ->> '$.session_info.custom_metadata.tier') || '', 0, received_us)), min(received_us)
  FROM recordings WHERE seq BETWEEN ?1 AND ?2 GROUP BY 1, 2 ON CONFLICT DO NOTHING`;

const insertTraces = `
  INSERT INTO traces (project_id, id, session_id, session_us, created_us, updated_us, metadata, fields)
  SELECT project_id, parent_id, session_id, received_us, received_us, min(received_us), json_object('step', json_array('1', 0, received_us)),
    json_object('input', json_array('"Where is my order?"', 0, received_us), 'agent_name', json_array('"helper"', 0, received_us))
  FROM recordings WHERE seq BETWEEN ?1 AND ?2 AND parent_id IS NOT NULL GROUP BY 1, 2 ON CONFLICT DO NOTHING`;
