-- Destinations beside the default one, batches that fail and are tried again, an object per project and day, manifests, replays.
-- The three tables are built anew; the recordings are not touched.
ALTER TABLE changes RENAME TO changes_0002;

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
  changed_us INTEGER NOT NULL
) STRICT;

INSERT INTO changes (seq, project_id, recording_id, kind, environment, line_bytes, changed_us)
SELECT c.seq, c.project_id, c.recording_id, c.kind, r.environment, c.line_bytes, c.changed_us
FROM changes_0002 AS c LEFT JOIN recordings AS r ON r.project_id = c.project_id AND r.id = c.recording_id;

DROP TABLE changes_0002;

ALTER TABLE destinations RENAME TO destinations_0002;

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

INSERT INTO destinations (id, selection, target, generation, cursor_seq)
SELECT id, '{"format":"ndjson","content":"full","projectId":null,"environment":null,"prefix":"exports/"}', '{"kind":"r2"}', generation,
  coalesce((SELECT max(to_seq) FROM batches AS b WHERE b.destination = d.id AND b.generation = d.generation), 0)
FROM destinations_0002 AS d;

DROP TABLE destinations_0002;

DROP INDEX batches_open;
ALTER TABLE batches RENAME TO batches_0002;

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

-- What was cut but not written gets its parts; what was written keeps its one object, whose parts were not noted.
INSERT INTO batches (destination, generation, from_seq, to_seq, state, selection, parts, changes, oldest_us, attempts, cut_us, due_us, written_us, manifest)
SELECT b.destination, b.generation, b.from_seq, b.to_seq, b.state,
  '{"format":"ndjson","content":"full","projectId":null,"environment":null,"prefix":"exports/"}',
  CASE b.state WHEN 'written' THEN '[]' ELSE
    (SELECT json_group_array(json_object('projectId', project_id, 'date', day)) FROM (
      SELECT DISTINCT project_id, day FROM (
        SELECT project_id, date(received_us / 1000000, 'unixepoch') AS day FROM recordings WHERE seq > b.from_seq AND seq <= b.to_seq
        UNION ALL
        SELECT project_id, date(changed_us / 1000000, 'unixepoch') FROM changes WHERE seq > b.from_seq AND seq <= b.to_seq))) END,
  coalesce(b.object_lines, b.to_seq - b.from_seq),
  CASE b.state WHEN 'written' THEN b.cut_us ELSE coalesce(
    (SELECT min(at) FROM (SELECT received_us AS at FROM recordings WHERE seq > b.from_seq AND seq <= b.to_seq
      UNION ALL SELECT changed_us FROM changes WHERE seq > b.from_seq AND seq <= b.to_seq)), b.cut_us) END,
  b.attempts, b.cut_us, b.sent_us, b.written_us,
  CASE b.state WHEN 'written' THEN json_object('schemaVersion', 0, 'rows', coalesce(b.object_lines, 0), 'objects',
    CASE WHEN b.object_key IS NULL THEN json('[]') ELSE json_array(json_object('key', b.object_key, 'part', NULL, 'rows', b.object_lines,
      'bytes', b.object_bytes, 'sha256', b.object_sha256, 'minUs', NULL, 'maxUs', NULL)) END) END
FROM batches_0002 AS b;

DROP TABLE batches_0002;

CREATE INDEX IF NOT EXISTS batches_unsettled ON batches (destination, state, due_us) WHERE state IN ('cut', 'dead');
