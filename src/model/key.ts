/** What a key may do: `browser` may ingest from its origins, `admin` may do everything. */
export const scopes = ["ingest", "read", "admin", "browser"] as const;
export type Scope = (typeof scopes)[number];

/** A key as it is kept: its text is shown once and stored only as a SHA-256. */
export interface Key {
  id: string;
  scope: Scope;
  /** The one project it is for; null is all. */
  projectId: string | null;
  /** Where a browser key may come from; empty for other scopes. */
  origins: string[];
  label: string | null;
  createdUs: number;
  revokedUs: number | null;
}

/** Who is asking: the key that was shown, or the collector's own ADMIN_KEY, whose id is null. */
export interface Principal {
  keyId: string | null;
  scope: Scope;
  projectId: string | null;
}
