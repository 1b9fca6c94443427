-- What is said of recordings beside their posts, traces, datasets and test runs, and what they are searched by.
-- recordings, changes and sessions are built anew, as in 0004, and for the same reason: a database may be half full at most.
ALTER TABLE sessions RENAME TO sessions_0004;

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

INSERT INTO sessions (project_id, id, metadata, created_us)
SELECT project_id, id, (SELECT json_group_object(key, json_array(CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null'
  WHEN 'text' THEN json_quote(value) || '' ELSE CAST(value AS TEXT) END, 0, created_us)) FROM json_each(custom_metadata)), created_us
FROM sessions_0004;

DROP TABLE sessions_0004;

ALTER TABLE recordings RENAME TO recordings_0004;

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

-- Rows that began in others of their session become whole: parts are what stands in each of those, up to the message that the next one
-- goes on from. Of their hashes the last stay, as places of the whole; what goes on from one makes a transcript of it.
INSERT INTO recordings (seq, project_id, id, session_id, receipt, version, provider, model, environment, api_style, started_us, ended_us, received_us, prompt_tokens,
  completion_tokens, prompt_source, completion_source, usage_detail, cost_nano_usd, cost_source, price_version, priced_as, content_bytes, content_hash,
  chain_from, chain, last_bytes, blobs, payload, messages, content, parent_id, test_run_id)
SELECT seq, project_id, id, session_id, receipt, version, provider, model, environment, api_style, started_us, ended_us, received_us, prompt_tokens,
  completion_tokens, prompt_source, completion_source, usage_detail, cost_nano_usd, cost_source, price_version, priced_as, content_bytes, content_hash,
  chain_from, (SELECT coalesce(group_concat(value ->> 0, '' ORDER BY key), '') FROM json_each(chain)), coalesce(chain ->> '$[#-1][1]', 0),
  iif(whole IS NULL, blobs, (
    WITH RECURSIVE part (seq) AS (
      SELECT r.seq UNION ALL SELECT b.base_seq FROM part CROSS JOIN recordings_0004 AS b ON b.seq = part.seq WHERE b.base_seq IS NOT NULL)
    SELECT nullif(json_group_array(DISTINCT n.value), '[]') FROM part CROSS JOIN recordings_0004 AS b ON b.seq = part.seq
    CROSS JOIN json_each(b.blobs) AS n WHERE instr(whole, n.value) > 0 OR instr(r.content, n.value) > 0)),
  payload, coalesce(whole, messages), content, content ->> '$.parent_id', content ->> '$.test_run_info.test_run_id'
FROM (
  SELECT *, iif(base_seq IS NULL, NULL, (
    WITH RECURSIVE part (place, seq, up_to) AS (
      SELECT 0, o.seq, 9007199254740991
      UNION ALL
      SELECT place - 1, b.base_seq, b.base_count FROM part CROSS JOIN recordings_0004 AS b ON b.seq = part.seq WHERE b.base_seq IS NOT NULL)
    SELECT group_concat(own, ',' ORDER BY place) FROM (
      SELECT place, CAST(substr(CAST(messages AS BLOB), 1, octet_length(messages) - (
        SELECT coalesce(sum(value ->> 1) + count(*), 0) FROM json_each(b.chain) WHERE b.chain_from + key > up_to)) AS TEXT) AS own
      FROM part CROSS JOIN recordings_0004 AS b ON b.seq = part.seq)
    WHERE own <> '')) AS whole
  FROM recordings_0004 AS o) AS r;

INSERT INTO blob_uses (project_id, sha256, seq)
SELECT r.project_id, n.value, r.seq FROM recordings AS r CROSS JOIN json_each(r.blobs) AS n WHERE true ON CONFLICT DO NOTHING;

DROP TABLE recordings_0004;

-- Each ends in the row's own seq, so both lists come newest first without a sort. Every index is a row written.
CREATE INDEX IF NOT EXISTS recordings_by_project ON recordings (project_id);
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

ALTER TABLE changes RENAME TO changes_0004;

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

INSERT INTO changes (seq, project_id, recording_id, kind, environment, line_bytes, changed_us, made_seq, received_us)
SELECT seq, project_id, recording_id, kind, environment, line_bytes, changed_us, made_seq, received_us FROM changes_0004;

DROP TABLE changes_0004;

ALTER TABLE deletions RENAME TO deletions_0004;

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

INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done)
SELECT project_id, kind, id, deleted_us, up_to_seq, is_done FROM deletions_0004;

DROP TABLE deletions_0004;

CREATE INDEX IF NOT EXISTS deletions_open ON deletions (deleted_us) WHERE is_done = 0;
