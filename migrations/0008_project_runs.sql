-- An index of a project's recordings was a row written for each of them. Runs of the log take its place.

-- Where in the log a project's recordings stand: runs of it, with few of others between them. A run is one row for any number of
-- recordings, where an index has one for each. What is behind the cursor `runs` is in none yet: store/project-runs.ts.
CREATE TABLE IF NOT EXISTS project_runs (
  project_id TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  PRIMARY KEY (project_id, first_seq)
) STRICT, WITHOUT ROWID;


-- Of what is there. A run goes on over two places of others.
INSERT INTO project_runs (project_id, first_seq, last_seq)
SELECT project_id, min(seq), max(seq) FROM (
  SELECT project_id, seq, sum(step > 3) OVER (PARTITION BY project_id ORDER BY seq) AS run FROM (
    SELECT project_id, seq, seq - lag(seq, 1, -1000) OVER (PARTITION BY project_id ORDER BY seq) AS step
    FROM recordings INDEXED BY recordings_by_project
  )
) GROUP BY project_id, run;

INSERT OR IGNORE INTO cursors (name, seq) SELECT 'runs', coalesce(max(seq), 0) FROM recordings;

DROP INDEX recordings_by_project;
