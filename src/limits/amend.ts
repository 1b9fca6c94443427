/** The bounds of what is said of a recording, a trace or a session beside a recording's post. */
export const amendLimits = {
  /** Bytes of an update's body: its messages stand in a row of their own, and D1 refuses one over 2 MB. */
  updateBytesMax: 1_000_000,
  /** Names in one map of an amendment, and characters of one: each is held against what is there. What a recording has in all is bounded by the constraint `room` of its row in `amendments`. */
  amendedKeysMax: 100,
  amendedKeyCharsMax: 256,
  /** Bytes of the body of a trace: it stands in one row of D1, which has 2 MB, and as text within text it takes up to twice its bytes. */
  traceBodyBytesMax: 900_000,
  /**
   * Bytes that one post may take of a row as it is kept, text within text: of a trace's input, output and the like, and of any other
   * map. What a row may hold in all is bounded by its constraint `room`, by the same numbers.
   */
  keptFieldsBytesMax: 1_700_000,
  keptMapBytesMax: 65_536,
  /** The same of a session's metadata, which each recording's is held against: no less than what the first version kept takes with its stamps. */
  keptSessionBytesMax: 40_000,
  /** Recordings and traces that are named with a session or a trace: the first of each, for an overview. */
  childrenNamed: 100,
  /** Projects that are looked through for a recording whose project nobody named: one look-up each. */
  searchedProjectsMax: 10_000,
  /** Milliseconds that D1 has for an amendment, where somebody waits. */
  amendTimeoutMs: 1500,
  /** Bytes of appended messages that stand in the recording's row as well, so that a page of them reads no other rows; and of a content beside which they do, for D1 refuses a row over 2 MB. */
  laterBytesMax: 65_536,
  laterContentBytesMax: 1_000_000,
  /** Days that an amendment waits for its recording, and rows that are looked at in a minute for those that did not come. */
  amendmentDaysKept: 30,
  amendmentsSwept: 100,
  /** Hours after which one of the spool that D1 refuses for good is set aside: a deploy may mend what refused it. */
  amendmentRefusedHours: 24,
  /** Amendments, of one post or of the spool, that are committed in one transaction, and their bytes: some tens of milliseconds of D1's one thread. */
  amendedAtOnce: 100,
  amendedBytesAtOnce: 4_000_000,
} as const;
