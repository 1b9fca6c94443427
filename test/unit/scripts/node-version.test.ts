import { expect, test } from "vitest";
import { nodeProblem } from "../../../scripts/node-version.mjs";

test.each(["22.12.0", "22.13.1", "23.0.0", "24.21.0", "26.0.0"])("Node %s will do", (version) => {
  expect(nodeProblem(version)).toBeNull();
});

test.each(["16.20.2", "20.20.2", "22.11.0", "22.0.0"])("Node %s is refused in one line that says what to do", (version) => {
  const problem = nodeProblem(version);
  expect(problem).toContain("needs Node 22.12");
  expect(problem).toContain(`this is Node ${version}`);
  expect(problem).toContain("npm ci");
  expect(problem).not.toContain("\n");
});
