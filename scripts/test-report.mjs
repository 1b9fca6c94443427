/**
 * Several of vitest's JSON reports as one: counts added up, files one behind the other, a success where all are.
 *
 * @param {Record<string, unknown>[]} reports
 * @returns {Record<string, unknown>}
 */
export function mergeReports(reports) {
  const merged = { success: reports.length > 0, testResults: [] };
  for (const report of reports) {
    for (const [name, value] of Object.entries(report)) {
      if (name === "success") merged.success &&= value;
      else if (name === "testResults") merged.testResults.push(...value);
      else if (name === "startTime") merged.startTime = Math.min(merged.startTime ?? value, value);
      else if (typeof value === "number") merged[name] = (merged[name] ?? 0) + value;
    }
  }
  return merged;
}
