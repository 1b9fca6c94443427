/** What a key may do: `browser` may ingest from its origins, `admin` may do everything. */
export const scopes = ["ingest", "read", "admin", "browser"] as const;
export type Scope = (typeof scopes)[number];

/** How many posts a key may send in ten seconds, about: 50, 500 or 5,000 in one place of the world. wrangler.toml has the numbers. */
export const rateTiers = ["small", "medium", "large"] as const;
export type RateTier = (typeof rateTiers)[number];

/** A key as it is kept: its text is shown once and stored only as a SHA-256. */
export interface Key {
  id: string;
  scope: Scope;
  /** The one project it is for; null is all. */
  projectId: string | null;
  /** Where a browser key may come from; empty for other scopes. */
  origins: string[];
  label: string | null;
  /** Null is any number of posts. */
  rateTier: RateTier | null;
  /** Bytes of a post's body, unpacked; null is what its scope has. */
  bodyBytesMax: number | null;
  /** From when on it admits nobody; null is never. */
  expiresUs: number | null;
  createdUs: number;
  revokedUs: number | null;
}

/** Who is asking: the key that was shown, or the collector's own ADMIN_KEY, whose id is null. */
export interface Principal {
  keyId: string | null;
  scope: Scope;
  projectId: string | null;
}
