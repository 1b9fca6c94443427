-- A key's own bound of a post's body, and when it ends. Keys of before have neither.
ALTER TABLE keys RENAME TO keys_0005;

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

INSERT INTO keys (id, secret_sha256, scope, project_id, origins, label, rate_tier, created_us, revoked_us)
SELECT id, secret_sha256, scope, project_id, origins, label, rate_tier, created_us, revoked_us FROM keys_0005;

DROP TABLE keys_0005;
