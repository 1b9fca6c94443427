import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { readOptions, readTarget } from "../../../scripts/demo/options.mjs";

const nowMs = Date.UTC(2026, 10, 28);
const noKey = async () => undefined;

describe("options", () => {
  test("none is a week of about 2,000 recordings until now, in the project that the welcome names", () => {
    expect(readOptions([], nowMs)).toEqual({ project: "demo", seed: "1", days: 7, recordings: 2000, untilMs: nowMs, isLive: false });
  });

  test("each may be given", () => {
    const args = ["--days", "3", "--recordings=50", "--project", "p:1", "--seed", "x", "--until", "2026-01-31T12:00:00Z", "--live"];
    const untilMs = Date.UTC(2026, 0, 31, 12);
    expect(readOptions(args, nowMs)).toEqual({ project: "p:1", seed: "x", days: 3, recordings: 50, untilMs, isLive: true });
  });

  test.each([
    ["--dayz"],
    ["week"],
    ["--days", "0"],
    ["--days", "1.5"],
    ["--recordings", "1e9"],
    ["--project", "a/b"],
    ["--seed", ""],
    ["--until", "soon"],
  ])("%s %s ends it with how to call it", (...args) => {
    expect(() => readOptions(args, nowMs)).toThrow(/npm run demo -- \[--days 7\]/);
  });
});

describe("the collector", () => {
  test("is that of npm start unless the environment names another", async () => {
    expect(await readTarget({}, async () => "own")).toEqual({ address: "http://localhost:8787", key: "own" });
    expect(await readTarget({ PORT: "9000" }, async () => "own")).toEqual({ address: "http://localhost:9000", key: "own" });
    const env = { PORT: "9000", AIRCHECK_URL: "https://aircheck.example.com/", AIRCHECK_KEY: "given" };
    expect(await readTarget(env, async () => "own")).toEqual({ address: "https://aircheck.example.com", key: "given" });
    await expect(readTarget({}, noKey)).rejects.toThrow(/npm start/);
  });

  test("that is not there is said in one line that tells what to do", () => {
    const env = { ...process.env, AIRCHECK_URL: "http://127.0.0.1:9", AIRCHECK_KEY: "k" };
    const { status, stderr } = spawnSync(process.execPath, ["scripts/demo.mjs", "--recordings", "1"], { env, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/does not answer .* Run npm start in another terminal first/);
  });
});
