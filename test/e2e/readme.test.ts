import { execFile } from "node:child_process";
import { expect, test } from "vitest";

// A whole start, a made-up week and a build of the Worker, on whatever else the machine does.
const slow = { timeout: 600_000 };

test("every command of the README and of docs/ runs as it is written", slow, async () => {
  const { code, output } = await runReadme();
  expect({ code, output }).toMatchObject({ code: 0 });
  const lines = output.trim().split("\n");
  expect(lines.filter((line) => line.endsWith(" ran")).length).toBeGreaterThan(20);
  expect(lines.filter((line) => !/ (ran|was not run: it (needs an account|takes long))$/.test(line))).toEqual([]);
});

async function runReadme(): Promise<{ code: number | null; output: string }> {
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, ["scripts/run-readme.mjs"], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stdout + stderr });
    });
  });
}
