-- Conversations stored once, large contents and media in the bucket, deletions of sessions and projects, and the ledger.
-- recordings, changes and keys are built anew: a column that ADD COLUMN puts behind content would be read over content's
-- pages. The rows stand twice while this runs: a database may be half full at most. Rows of before stay whole as they are.
ALTER TABLE recordings RENAME TO recordings_0003;

-- seq is the place in the log, one sequence with changes.seq. It is one more than the highest of both, and a
-- deletion takes a place in changes, so none is given twice. messages and content stand last: what is read without
-- them never touches their pages.
CREATE TABLE IF NOT EXISTS recordings (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  -- The delivery that made the row, random: the same delivery once more is no duplicate.
  receipt TEXT NOT NULL,
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
  -- Of the whole content, as it is answered.
  content_bytes INTEGER NOT NULL,
  -- Of the whole content: a repeat that differs is told from one that does not. Empty where it was not noted.
  content_hash TEXT NOT NULL,
  -- The recording of the same session whose first base_count messages this one's begin with; they stand there alone.
  base_seq INTEGER,
  base_count INTEGER NOT NULL DEFAULT 0,
  -- How many rows stand between this one and one that is whole.
  depth INTEGER NOT NULL DEFAULT 0,
  -- Of the last messages that stand here, by their places from chain_from on: [hash of all up to it, its bytes].
  chain_from INTEGER NOT NULL DEFAULT 1,
  chain TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(chain)),
  -- Objects of the bucket that the texts below name, as a list of SHA-256; null is none.
  blobs TEXT CHECK (json_valid(blobs)),
  -- The object that holds both texts, where they are too large for a row.
  payload TEXT,
  -- The messages behind those of the base, without brackets; null where they stand in content.
  messages TEXT,
  -- The rest of the content.
  content TEXT NOT NULL,
  UNIQUE (project_id, id)
) STRICT;

INSERT INTO recordings (seq, project_id, id, session_id, version, provider, model, environment, api_style, started_us, ended_us, received_us, prompt_tokens,
  completion_tokens, prompt_source, completion_source, usage_detail, cost_nano_usd, cost_source, price_version, priced_as, content_bytes, content, receipt, content_hash)
SELECT seq, project_id, id, session_id, version, provider, model, environment, api_style, started_us, ended_us, received_us, prompt_tokens,
  completion_tokens, prompt_source, completion_source, usage_detail, cost_nano_usd, cost_source, price_version, priced_as, content_bytes, content, '', ''
FROM recordings_0003;

DROP TABLE recordings_0003;

-- Each ends in the row's own seq, so both lists come newest first without a sort. Every index is a row written.
CREATE INDEX IF NOT EXISTS recordings_by_project ON recordings (project_id);
CREATE INDEX IF NOT EXISTS recordings_by_session ON recordings (project_id, session_id);

-- What is still to be counted. Partial: it costs a row only for a recording that is too long to be counted in its request.
CREATE INDEX IF NOT EXISTS recordings_deferred ON recordings (received_us)
  WHERE prompt_source = 'deferred' OR completion_source = 'deferred';

ALTER TABLE changes RENAME TO changes_0003;

-- What happened to a recording after it was made. The newest row is never removed: it holds the sequence up.
CREATE TABLE IF NOT EXISTS changes (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  recording_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('deleted', 'counted', 'repriced')),
  -- The recording's, which a tombstone has none of: exports are filtered by it.
  environment TEXT,
  -- What its line in an export takes: batches are cut by bytes.
  line_bytes INTEGER NOT NULL,
  changed_us INTEGER NOT NULL,
  -- Of a deletion: the place and the receipt of what was deleted, for the ledger counts it all the same.
  made_seq INTEGER,
  received_us INTEGER
) STRICT;

INSERT INTO changes (seq, project_id, recording_id, kind, environment, line_bytes, changed_us)
SELECT seq, project_id, recording_id, kind, environment, line_bytes, changed_us FROM changes_0003;

DROP TABLE changes_0003;

ALTER TABLE keys RENAME TO keys_0003;

-- The text of a key is shown once; what is kept is its SHA-256.
CREATE TABLE IF NOT EXISTS keys (
  id TEXT PRIMARY KEY,
  secret_sha256 TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('ingest', 'read', 'admin', 'browser')),
  project_id TEXT,
  origins TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(origins)),
  label TEXT,
  -- How many posts it may send, by a name of wrangler.toml's; null is any number.
  rate_tier TEXT,
  created_us INTEGER NOT NULL,
  revoked_us INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO keys (id, secret_sha256, scope, project_id, origins, label, created_us, revoked_us)
SELECT id, secret_sha256, scope, project_id, origins, label, created_us, revoked_us FROM keys_0003;

DROP TABLE keys_0003;

INSERT OR IGNORE INTO cursors (name, seq) VALUES ('ledger', 0);

-- Which rows need an object of the bucket, by its SHA-256: one that nobody needs is removed.
CREATE TABLE IF NOT EXISTS blob_uses (
  project_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (project_id, sha256, seq)
) STRICT, WITHOUT ROWID;

-- Objects that are being removed. While a row stands here, nothing that needs its object is committed.
CREATE TABLE IF NOT EXISTS doomed_blobs (
  project_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  doomed_us INTEGER NOT NULL,
  -- When the object was gone; null until then.
  removed_us INTEGER,
  PRIMARY KEY (project_id, sha256)
) STRICT, WITHOUT ROWID;

-- What was ordered to be deleted, and when: what was received before and comes to the store after is not stored.
CREATE TABLE IF NOT EXISTS deletions (
  project_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('recording', 'session', 'project')),
  id TEXT NOT NULL,
  deleted_us INTEGER NOT NULL,
  -- The head of the log at that time: all of it up to there goes.
  up_to_seq INTEGER NOT NULL,
  -- Whether all of it is gone: a project or a session is deleted a part at a time.
  is_done INTEGER NOT NULL CHECK (is_done IN (0, 1)),
  PRIMARY KEY (project_id, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS deletions_open ON deletions (deleted_us) WHERE is_done = 0;

-- What became of what was received, by project and hour of its receipt. `unknown` is where no key told the project.
CREATE TABLE IF NOT EXISTS ledger (
  project_id TEXT NOT NULL,
  hour_us INTEGER NOT NULL,
  -- `stored`, `duplicate`, `differing` (a duplicate with other content), or `rejected:` and the error's code.
  entry TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (project_id, hour_us, entry)
) STRICT, WITHOUT ROWID;

-- Deliveries of what was stored already, until they are counted in the ledger; and for as long, those whose recording was
-- deleted, which were counted as stored: either may come again, and is known by its receipt.
CREATE TABLE IF NOT EXISTS duplicates (
  project_id TEXT NOT NULL,
  recording_id TEXT NOT NULL,
  receipt TEXT NOT NULL,
  received_us INTEGER NOT NULL,
  -- Whether it has other content; null of what was deleted.
  differs INTEGER CHECK (differs IN (0, 1)),
  PRIMARY KEY (project_id, recording_id, receipt)
) STRICT, WITHOUT ROWID;

-- The newest refused recordings of a project whose ids are known, many in a row: as one isolate brings them.
CREATE TABLE IF NOT EXISTS refusals (
  project_id TEXT NOT NULL,
  flushed_us INTEGER NOT NULL,
  flush TEXT NOT NULL,
  count INTEGER NOT NULL,
  entries TEXT NOT NULL CHECK (json_valid(entries)),
  PRIMARY KEY (project_id, flushed_us, flush)
) STRICT, WITHOUT ROWID;

-- How far a walk over the bucket's keys has come.
CREATE TABLE IF NOT EXISTS sweeps (
  name TEXT PRIMARY KEY,
  position TEXT NOT NULL
) STRICT, WITHOUT ROWID;
