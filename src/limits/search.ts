/** The bounds of searching. */
export const searchLimits = {
  /** Conditions of one filter: each binds at most three values, and D1 takes 100 a statement. */
  filterConditionsMax: 25,
  /** How deep `and`, `or` and `not` nest: SQLite's own bound is on the whole expression. */
  filterLevelsMax: 10,
  /** UTF-16 units of a text that is searched for, and of the key of a map. */
  filterTextUnitsMax: 1000,
  filterKeyUnitsMax: 256,
  /** Rows on a page of a search and of the list of sessions: what the Freeplay wire says. */
  searchRowsDefault: 30,
  searchRowsMax: 100,
  sessionRowsDefault: 10,
  /** Keys of metadata that the list of sessions may be asked for by: each is three conditions. */
  listedMetadataKeysMax: 5,
  /** Rows that page numbers may pass over: a cursor passes over none. */
  skippedRowsMax: 10_000,
  /** Rows of D1 that one search reads before it says how far it got: a tenth of a cent for a hundred searches, and a tenth of a second. */
  searchedRowsMax: 10_000,
  /** Rows looked at in one statement, at most: some 100 kB of answer, and other callers wait for D1 meanwhile. */
  searchWindowRows: 2000,
  /**
   * Places of the log after which runs of it are made by project (store/project-runs.ts): two rows written each time, and up to as
   * many recordings of other projects read by a list that begins at the log's end. Places that one step makes them of, and steps of a minute.
   */
  runPlaces: 16,
  runPlacesPerStep: 5000,
  runStepsPerMinute: 20,
  /** Recordings of other projects over which a run goes on: another run takes a row to write, and as many to read. */
  runGapMax: 2,
  /** Recordings that a list is sorted of, by what no index is in the order of: all are looked at for each page. */
  sortedRowsMax: 10_000,
  /** Rows looked at first where each brings any number of others with it: one session may have a hundred thousand recordings. */
  searchFirstRows: 10,
  /** Milliseconds of D1's own time after which no further window is begun: rows may be of megabytes. */
  searchedMs: 3000,
  /** Recordings of one session or trace that are summed up: its newest, for a page has up to a hundred of them. */
  summedRecordingsMax: 100,
  /** Children of one row that are listed, and traces of its session among which they are looked for. */
  childrenMax: 20,
  childTracesMax: 100,
  /** Recordings of a session on one page of it, with their contents, and traces of its tree. */
  sessionPageMax: 100,
  sessionTracesMax: 500,
  /**
   * What is looked below for the tree of a trace: so many traces and recordings, the newest recordings of each, and as many recordings deep.
   * At most 10,000 rows are read of them, in as many statements as there are levels.
   */
  treeOwnersMax: 200,
  treeRecordingsMax: 50,
  treeLevelsMax: 10,
  /** Recordings of one session in the list of sessions, and of all on a page: within 8 MB, as everywhere. */
  listedRecordingsMax: 100,
  listedRecordingsPerPage: 500,
} as const;
