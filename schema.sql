-- The whole database as it stands. Idempotent: it may be run on an empty database or again on this one.
-- Databases that exist get here by migrations/, append-only; a test proves that both build the same.
-- Times are microseconds since 1970 (UTC), money is nano-US-dollars, JSON is text.

-- A project exists from its first recording or key.
CREATE TABLE IF NOT EXISTS projects (
  id TEXT PRIMARY KEY,
  created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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
  revoked_us INTEGER,
  -- Bytes of a post's body, unpacked; null is what its scope has.
  body_bytes_max INTEGER,
  -- From when on it admits nobody; null is never.
  expires_us INTEGER
) STRICT, WITHOUT ROWID;

-- A session exists from its first recording, trace or metadata. The last is a stamped map (store/stamped-map.ts), as all that is
-- amended: what recordings bring, and what is set by itself, which outranks it.
CREATE TABLE IF NOT EXISTS sessions (
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  created_us INTEGER NOT NULL,
  PRIMARY KEY (project_id, id),
  -- Each recording's metadata is held against it: limits/amend.ts.
  CONSTRAINT room CHECK (octet_length(metadata) <= 40000)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS sessions_by_time ON sessions (project_id, created_us);

-- seq is the place in the log, one sequence with changes.seq. It is one more than the highest of both, and a
-- deletion takes a place in changes, so none is given twice. messages and content stand last: what is read without
-- them never touches their pages.
CREATE TABLE IF NOT EXISTS recordings (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  -- The trace or recording that it belongs to, which may come later or never.
  parent_id TEXT,
  test_run_id TEXT,
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
  -- The transcript that holds the messages this one begins with, how many they are and their bytes; null where all stand here.
  transcript_id INTEGER,
  shared_count INTEGER NOT NULL DEFAULT 0,
  shared_bytes INTEGER NOT NULL DEFAULT 0,
  -- Of the last messages that stand here, from the place chain_from on: hashes of all up to each, of 22 characters.
  chain_from INTEGER NOT NULL DEFAULT 1,
  chain TEXT NOT NULL DEFAULT '',
  -- Bytes of the last message, wherever it stands.
  last_bytes INTEGER NOT NULL DEFAULT 0,
  -- Objects of the bucket that its whole content names, as a list of SHA-256; null is none.
  blobs TEXT CHECK (json_valid(blobs)),
  -- The object that holds both texts, where they are too large for a row.
  payload TEXT,
  -- What was said of it beside its post, from amendments, as plain objects; null is nothing. Evaluations outrank the content's.
  feedback TEXT CHECK (json_valid(feedback)),
  evaluations TEXT CHECK (json_valid(evaluations)),
  -- Bytes of the messages that follow those of the content, and the messages, without brackets; null where they are too many for
  -- here: appended_messages has them all.
  appended INTEGER NOT NULL DEFAULT 0,
  later TEXT,
  -- The messages behind those of the transcript, without brackets; null where they stand in content.
  messages TEXT,
  -- The rest of the content.
  content TEXT NOT NULL,
  UNIQUE (project_id, id)
) STRICT;

-- It ends in the row's own seq, so a session comes newest first without a sort. Every index is a row written.
CREATE INDEX IF NOT EXISTS recordings_by_session ON recordings (project_id, session_id);

-- When the call was: when it began, or, where nobody said so, when it was received.
CREATE INDEX IF NOT EXISTS recordings_by_time ON recordings (project_id, coalesce(started_us, received_us));

-- Partial: they cost a row only for a recording that has a parent, or is of a test run.
CREATE INDEX IF NOT EXISTS recordings_by_parent ON recordings (project_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS recordings_by_test_run ON recordings (project_id, test_run_id) WHERE test_run_id IS NOT NULL;

-- What is still to be counted. Partial: it costs a row only for a recording that is too long to be counted in its request.
CREATE INDEX IF NOT EXISTS recordings_deferred ON recordings (received_us)
  WHERE prompt_source = 'deferred' OR completion_source = 'deferred';

-- What recordings of a session have in common: messages without brackets. It grows at its end alone, where a recording goes on
-- from all of it, and is cut there where no recording needs its end any more. So a beginning of it is named by its bytes.
CREATE TABLE IF NOT EXISTS transcripts (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  -- How many messages there are.
  count INTEGER NOT NULL,
  -- As a recording's.
  chain_from INTEGER NOT NULL,
  chain TEXT NOT NULL,
  -- The seq of the recording it was made of: none of before it begins with it.
  made_of INTEGER NOT NULL,
  messages TEXT NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS transcripts_by_session ON transcripts (project_id, session_id);

-- What is said of a recording beside its post, before it or after it: feedback, evaluations, and which messages are appended, as
-- stamped maps. A recording's row has what comes of them; this row is there before it, and remembers the stamps.
CREATE TABLE IF NOT EXISTS amendments (
  project_id TEXT NOT NULL,
  recording_id TEXT NOT NULL,
  feedback TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(feedback)),
  evaluations TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(evaluations)),
  -- By the hash of each list of messages.
  appended TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(appended)),
  appended_bytes INTEGER NOT NULL DEFAULT 0,
  updated_us INTEGER NOT NULL,
  PRIMARY KEY (project_id, recording_id),
  -- It is read whole, and held against what comes key by key: limits/amend.ts.
  CONSTRAINT room CHECK (octet_length(feedback) <= 65536 AND octet_length(evaluations) <= 65536 AND octet_length(appended) <= 16384
    AND appended_bytes <= 4000000)
) STRICT, WITHOUT ROWID;

-- Messages that were appended to a recording, without brackets: each list once, however often it is posted.
CREATE TABLE IF NOT EXISTS appended_messages (
  project_id TEXT NOT NULL,
  recording_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  messages TEXT NOT NULL,
  PRIMARY KEY (project_id, recording_id, hash)
) STRICT;

-- Traces, which come after the recordings in them. seq is their own order, and none of the log's. All that is known of one is
-- stamped maps: fields has input, output, and what stands in columns below.
CREATE TABLE IF NOT EXISTS traces (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- Null until a post names it: feedback names none. session_us is when it was named last.
  session_id TEXT,
  session_us INTEGER NOT NULL DEFAULT 0,
  created_us INTEGER NOT NULL,
  updated_us INTEGER NOT NULL,
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  feedback TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(feedback)),
  evaluations TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(evaluations)),
  fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields)),
  parent_id TEXT AS (json_extract(fields ->> '$.parent_id[0]', '$')),
  kind TEXT AS (json_extract(fields ->> '$.kind[0]', '$')),
  name TEXT AS (json_extract(fields ->> '$.name[0]', '$')),
  agent_name TEXT AS (json_extract(fields ->> '$.agent_name[0]', '$')),
  test_run_id TEXT AS (json_extract(fields ->> '$.test_run_id[0]', '$')),
  test_case_id TEXT AS (json_extract(fields ->> '$.test_case_id[0]', '$')),
  started_us INTEGER AS (json_extract(fields ->> '$.started_us[0]', '$')),
  ended_us INTEGER AS (json_extract(fields ->> '$.ended_us[0]', '$')),
  UNIQUE (project_id, id),
  -- A row of D1 has 2 MB: limits/amend.ts.
  CONSTRAINT room CHECK (octet_length(metadata) <= 65536 AND octet_length(feedback) <= 65536 AND octet_length(evaluations) <= 65536
    AND octet_length(fields) <= 1700000)
) STRICT;

CREATE INDEX IF NOT EXISTS traces_by_project ON traces (project_id);
CREATE INDEX IF NOT EXISTS traces_by_session ON traces (project_id, session_id);
CREATE INDEX IF NOT EXISTS traces_by_test_run ON traces (project_id, test_run_id) WHERE test_run_id IS NOT NULL;

-- Named lists of test cases, for test runs.
CREATE TABLE IF NOT EXISTS datasets (
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  -- What its cases are for; null until there is one, or whoever made it said so.
  kind TEXT CHECK (kind IN ('completion', 'trace')),
  -- How many cases there are, the bytes of their bodies, and the last of them.
  cases INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  last_seq INTEGER NOT NULL DEFAULT 0,
  created_us INTEGER NOT NULL,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS datasets_by_name ON datasets (project_id, name);

CREATE TABLE IF NOT EXISTS test_cases (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  dataset_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- As it was posted, under our own names.
  body TEXT NOT NULL CHECK (json_valid(body)),
  UNIQUE (project_id, dataset_id, id)
) STRICT;

-- In the order in which they were added.
CREATE INDEX IF NOT EXISTS test_cases_by_dataset ON test_cases (project_id, dataset_id);

-- Runs that were ordered here. One that recordings alone name exists too.
CREATE TABLE IF NOT EXISTS test_runs (
  project_id TEXT NOT NULL,
  id TEXT NOT NULL,
  dataset_id TEXT NOT NULL,
  -- The dataset's last case then: later ones are not of the run.
  last_seq INTEGER NOT NULL,
  name TEXT,
  description TEXT,
  flavor_name TEXT,
  created_us INTEGER NOT NULL,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

-- What happened to a recording after it was made. The newest row is never removed: it holds the sequence up.
CREATE TABLE IF NOT EXISTS changes (
  seq INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  recording_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('deleted', 'counted', 'repriced', 'amended')),
  -- The recording's, which a tombstone has none of: exports are filtered by it.
  environment TEXT,
  -- What its line in an export takes: batches are cut by bytes.
  line_bytes INTEGER NOT NULL,
  changed_us INTEGER NOT NULL,
  -- Of a deletion: the place and the receipt of what was deleted, for the ledger counts it all the same.
  made_seq INTEGER,
  received_us INTEGER
) STRICT;

-- A destination is a cursor over the log, with what it wants of it and how it is reached, as JSON: model/destination.ts.
CREATE TABLE IF NOT EXISTS destinations (
  id TEXT PRIMARY KEY,
  label TEXT,
  selection TEXT NOT NULL CHECK (json_valid(selection)),
  -- With its secret, which signing needs as it is.
  target TEXT NOT NULL CHECK (json_valid(target)),
  -- Random, so that a new database, or a replay, never takes an older one's objects for its own.
  generation TEXT NOT NULL DEFAULT (lower(hex(randomblob(6)))),
  -- All of the log up to here is cut into batches.
  cursor_seq INTEGER NOT NULL DEFAULT 0,
  paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
  -- Deliveries that failed since the last that did not, and until when none is tried.
  failures INTEGER NOT NULL DEFAULT 0,
  held_until_us INTEGER NOT NULL DEFAULT 0,
  created_us INTEGER NOT NULL DEFAULT (unixepoch() * 1000000),
  updated_us INTEGER NOT NULL DEFAULT (unixepoch() * 1000000)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO destinations (id, selection, target) VALUES ('default',
  '{"format":"ndjson","content":"full","projectId":null,"environment":null,"prefix":"exports/"}', '{"kind":"r2"}');

-- A range of the log on its way to a destination. A row is the outbox: a queue message only wakes a consumer.
CREATE TABLE IF NOT EXISTS batches (
  destination TEXT NOT NULL,
  generation TEXT NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL CHECK (to_seq > from_seq),
  state TEXT NOT NULL CHECK (state IN ('cut', 'written', 'dead', 'superseded')),
  -- Settled with the cut, so that every attempt makes the same objects: what is wanted, and each object's project and day.
  selection TEXT NOT NULL CHECK (json_valid(selection)),
  parts TEXT NOT NULL CHECK (json_valid(parts)),
  changes INTEGER NOT NULL,
  oldest_us INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Attempts in a row that ended by a fault of ours, or by the end of the consumer.
  faults INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  cut_us INTEGER NOT NULL,
  -- Nothing is tried before; what is still here a while after is sent to the queue again.
  due_us INTEGER NOT NULL,
  -- Until then it is the consumer's that took it.
  lease_until_us INTEGER NOT NULL DEFAULT 0,
  written_us INTEGER,
  manifest TEXT CHECK (json_valid(manifest)),
  PRIMARY KEY (destination, generation, from_seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS batches_unsettled ON batches (destination, state, due_us) WHERE state IN ('cut', 'dead');

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

INSERT OR IGNORE INTO cursors (name, seq) VALUES ('calibration', 0), ('ledger', 0);

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
  kind TEXT NOT NULL CHECK (kind IN ('recording', 'trace', 'session', 'project')),
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

-- Where in the log a project's recordings stand: runs of it, with few of others between them. A run is one row for any number of
-- recordings, where an index has one for each. What is behind the cursor `runs` is in none yet: store/project-runs.ts.
CREATE TABLE IF NOT EXISTS project_runs (
  project_id TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  PRIMARY KEY (project_id, first_seq)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO cursors (name, seq) VALUES ('runs', 0);
