-- Roll-ups of what recordings come to. The cron fills them from what is there, by steps.
-- What recordings come to, by hour and day (UTC) and by what they are grouped by: of all up to the cursor `metrics`, as they are
-- now. Whoever changes one of those changes this in the same transaction.
CREATE TABLE IF NOT EXISTS metrics (
  -- Empty for dimension `project`, which is over all of them.
  project_id TEXT NOT NULL,
  dimension TEXT NOT NULL CHECK (dimension IN ('all', 'provider', 'model', 'environment', 'prompt_version', 'project')),
  span TEXT NOT NULL CHECK (span IN ('hour', 'day')),
  start_us INTEGER NOT NULL,
  -- '=' and the value; '-' where it is not known; '*' for all that found no row of its own; empty for dimension `all`.
  value TEXT NOT NULL,
  recordings INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  -- Those of which all stands in the bucket: whether they have an error is not known here.
  unread INTEGER NOT NULL,
  prompt_tokens INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL,
  estimated_prompt_tokens INTEGER NOT NULL,
  estimated_completion_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL,
  without_tokens INTEGER NOT NULL,
  cost_nano_usd INTEGER NOT NULL,
  without_cost INTEGER NOT NULL,
  -- How many took how long: model/latency-histogram.ts.
  latencies TEXT NOT NULL CHECK (json_valid(latencies)),
  PRIMARY KEY (project_id, dimension, span, start_us, value)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO cursors (name, seq) VALUES ('metrics', 0);
