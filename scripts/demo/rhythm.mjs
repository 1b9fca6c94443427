const HOUR_MS = 3_600_000;

/** How busy each weekday is, Sunday first, one on average. */
export const weekdayShare = [0.6, 1.2, 1.14, 1.12, 1.06, 1.02, 0.86];

/**
 * When in a day of UTC somebody writes: little at night, most between breakfast and supper in Europe, and a second wave after school.
 *
 * @param {import("./random.mjs").Random} random
 * @param {boolean} isWeekend
 * @returns {number} milliseconds from midnight
 */
export function pickTimeOfDay(random, isWeekend) {
  const hours = isWeekend ? weekendHours : workdayHours;
  return Math.floor((random.weighted(hours.map((weight, hour) => [hour, weight])) + random.next()) * HOUR_MS);
}

/** How busy each hour is. */
const workdayHours = [3, 2, 2, 2, 3, 5, 12, 24, 40, 52, 55, 50, 42, 46, 50, 54, 62, 66, 60, 48, 36, 24, 12, 6];
const weekendHours = [4, 3, 2, 2, 2, 3, 5, 9, 18, 30, 40, 44, 42, 40, 40, 38, 36, 34, 32, 30, 26, 20, 12, 7];
