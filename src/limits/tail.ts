/** The bounds of following the log. */
export const tailLimits = {
  /** Milliseconds between two looks at the log: a row that is stored is seen within two seconds. Each look at rest reads two rows of D1. */
  tailPollMs: 1000,
  /** Milliseconds after which a reader is told that there is nothing new, so that nobody between takes the connection for dead. */
  tailSilenceMs: 15_000,
  /** Milliseconds after which a stream ends: its reader comes back with where he stands, and a key that was revoked does not. */
  tailMs: 300_000,
  /** Milliseconds after which a reader comes back. */
  tailRetryMs: 1000,
  /** Places of the log that one look goes through: as many rows of D1, whosever they are. */
  tailPlaces: 1000,
} as const;
