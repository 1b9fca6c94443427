import { expect, test } from "vitest";
import { mergeReports } from "../../../scripts/test-report.mjs";

const one = { numPassedTests: 3, numFailedTests: 0, startTime: 20, success: true, testResults: [{ name: "a" }], snapshot: { added: 0 } };
const other = { numPassedTests: 4, numFailedTests: 2, startTime: 10, success: false, testResults: [{ name: "b" }, { name: "c" }] };

test("reports are added up, and one failure is a failure of all", () => {
  expect(mergeReports([one, other])).toEqual({
    numPassedTests: 7,
    numFailedTests: 2,
    startTime: 10,
    success: false,
    testResults: [{ name: "a" }, { name: "b" }, { name: "c" }],
  });
  expect(mergeReports([one, one])).toMatchObject({ numPassedTests: 6, success: true });
});

test("no report is no success", () => {
  expect(mergeReports([])).toEqual({ success: false, testResults: [] });
});
