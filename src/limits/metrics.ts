/** The bounds of metrics. */
export const metricLimits = {
  /**
   * Rows of one hour, and of one day, for each way of grouping: so a year by day reads 366 × 16 rows at most, and a month by hour
   * 744 × 10, with the log's end within 10,000, and takes a tenth of a second. What comes when there is no room is counted with all others.
   */
  metricGroupsPerHour: 10,
  metricGroupsPerDay: 16,
  /** Days that one answer may be about, and days of hours. */
  metricDaysMax: 366,
  metricHourDaysMax: 31,
  /** Places of the log that one step adds to the roll-ups: some tenths of a second of D1. */
  metricPlacesPerStep: 2000,
  /** Steps in a minute at most, where they are far behind: of a database of before, a million recordings take an hour. */
  metricStepsPerMinute: 10,
  /** Steps that a reading does itself, where it would else tell less than there is: some tenths of a second, once. */
  metricStepsPerReading: 3,
  /** So many places are worth a step at once, for it writes some dozens of rows; fewer wait for the next fifth minute. */
  metricPlacesWorthAStep: 500,
  metricMinutesMax: 5,
  /**
   * Places behind the roll-ups that a reading adds by itself: up to 15 rows of D1 each, so that a whole year still takes 10,000. Where there
   * are more it rolls up first, and does the cron's work.
   */
  metricTailPlaces: 150,
  /** Characters of a prompt's version that it is grouped by: it is a key of a row. */
  metricValueCharsMax: 256,
  /** Each percentile is within so many percent of the latency of a call at that rank. */
  latencyErrorPct: 2,
} as const;
