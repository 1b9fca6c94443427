-- Provenance of each side's tokens, sources of costs, own prices, repricing, calibration, and changes that are no deletion.
-- recordings and changes are built anew: a column that ADD COLUMN puts behind content would be read over content's pages,
-- and a CHECK cannot be changed. Places in the log stay as they are. The rows stand twice while this runs: a database may be
-- half full at most.
ALTER TABLE recordings RENAME TO recordings_0001;

-- seq is the place in the log, one sequence with changes.seq. It is one more than the highest of both, and a
-- deletion takes a place in changes, so none is given twice. content stands last: what is read without it
-- never touches its pages.
CREATE TABLE IF NOT EXISTS recordings (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  provider TEXT,
  model TEXT,
  environment TEXT,
  -- `batch` calls have other prices.
  api_style TEXT,
  started_us INTEGER,
  ended_us INTEGER,
  received_us INTEGER NOT NULL,
  prompt_tokens INTEGER CHECK (prompt_tokens >= 0),
  completion_tokens INTEGER CHECK (completion_tokens >= 0),
  prompt_source TEXT NOT NULL CHECK (prompt_source IN ('reported', 'estimated', 'deferred', 'missing')),
  completion_source TEXT NOT NULL CHECK (completion_source IN ('reported', 'estimated', 'deferred', 'missing')),
  -- How each side was counted, and the parts that were reported: model/usage.ts.
  usage_detail TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(usage_detail)),
  cost_nano_usd INTEGER CHECK (cost_nano_usd >= 0),
  cost_source TEXT NOT NULL CHECK (cost_source IN ('priced', 'unpriced', 'overridden', 'free')),
  price_version TEXT,
  -- The entry of the price table, `provider/model`.
  priced_as TEXT,
  content_bytes INTEGER NOT NULL,
  content TEXT NOT NULL,
  UNIQUE (project_id, id)
) STRICT;

INSERT INTO recordings (seq, project_id, id, session_id, version, provider, model, environment, api_style, started_us, ended_us, received_us,
  prompt_tokens, completion_tokens, prompt_source, completion_source, usage_detail, cost_nano_usd, cost_source, price_version, priced_as,
  content_bytes, content)
SELECT seq, project_id, id, session_id, version, provider, model, environment, content ->> '$.call_info.api_style', started_us, ended_us, received_us,
  prompt_tokens, completion_tokens, prompt_source, completion_source,
  json_patch('{}', json_object(
    'prompt', CASE prompt_source WHEN 'estimated' THEN json_object('plain_tokens', prompt_tokens, 'encoding', encoding, 'method', 'chat-0',
      'error_pct', NULL, 'notes', json(iif(usage_note IS NULL, '[]', json_array(usage_note))), 'calibration', NULL) END,
    'completion', CASE completion_source WHEN 'estimated' THEN json_object('plain_tokens', completion_tokens, 'encoding', encoding, 'method', 'chat-0',
      'error_pct', NULL, 'notes', json(iif(usage_note IS NULL, '[]', json_array(usage_note))), 'calibration', NULL) END)),
  cost_nano_usd, iif(cost_nano_usd IS NULL, 'unpriced', 'priced'), price_version, priced_as, content_bytes, content
FROM recordings_0001;

DROP TABLE recordings_0001;

-- Each ends in the row's own seq, so both lists come newest first without a sort. Every index is a row written.
CREATE INDEX IF NOT EXISTS recordings_by_project ON recordings (project_id);
CREATE INDEX IF NOT EXISTS recordings_by_session ON recordings (project_id, session_id);

-- What is still to be counted. Partial: it costs a row only for a recording that is too long to be counted in its request.
CREATE INDEX IF NOT EXISTS recordings_deferred ON recordings (received_us)
  WHERE prompt_source = 'deferred' OR completion_source = 'deferred';

ALTER TABLE changes RENAME TO changes_0001;

-- What happened to a recording after it was made. The newest row is never removed: it holds the sequence up.
CREATE TABLE IF NOT EXISTS changes (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  recording_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('deleted', 'counted', 'repriced')),
  -- What its line in an export takes: batches are cut by bytes.
  line_bytes INTEGER NOT NULL,
  changed_us INTEGER NOT NULL
) STRICT;

INSERT INTO changes (seq, project_id, recording_id, kind, line_bytes, changed_us)
SELECT seq, project_id, recording_id, kind, 250, changed_us FROM changes_0001;

DROP TABLE changes_0001;

-- A project's own prices. Older versions are kept, for rows say by which they were priced.
CREATE TABLE IF NOT EXISTS project_prices (
  project_id TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  overrides TEXT NOT NULL CHECK (json_valid(overrides)),
  created_us INTEGER NOT NULL,
  PRIMARY KEY (project_id, version)
) STRICT, WITHOUT ROWID;

-- One pass over the recordings of a project and a window of time, page by page.
CREATE TABLE IF NOT EXISTS reprices (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  from_us INTEGER NOT NULL,
  to_us INTEGER NOT NULL CHECK (to_us > from_us),
  state TEXT NOT NULL CHECK (state IN ('running', 'done')),
  -- Recordings up to the first place are done; those behind the second were made after the order.
  next_seq INTEGER NOT NULL,
  end_seq INTEGER NOT NULL,
  looked_at INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS reprices_running ON reprices (updated_us) WHERE state = 'running';

-- Reported against estimated tokens, per model: the newest few of each side. Written by the cron, never by a request.
CREATE TABLE IF NOT EXISTS calibrations (
  project_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  observations TEXT NOT NULL CHECK (json_valid(observations)),
  updated_us INTEGER NOT NULL,
  PRIMARY KEY (project_id, provider, model)
) STRICT, WITHOUT ROWID;

-- Readers of the log beside the exports, and how far each has come.
CREATE TABLE IF NOT EXISTS cursors (
  name TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO cursors (name, seq) VALUES ('calibration', 0);
