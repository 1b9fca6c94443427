import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { welcomeText } from "../../../scripts/welcome-text.mjs";

const text = welcomeText({
  address: "http://localhost:8787",
  adminKey: "ac_admin_root_x-y_z",
  browserKey: "ac_browser_k1_secret",
  persistTo: ".wrangler/state",
  nowMs: 1_790_000_000_123,
});

test("it tells all there is to know in a screenful", () => {
  for (const told of ["http://localhost:8787", "ac_admin_root_x-y_z", "ac_browser_k1_secret", "the data stays in .wrangler/state"]) {
    expect(text).toContain(told);
  }
  expect(text.trim().split("\n").length).toBeLessThanOrEqual(25);
});

test.skipIf(process.platform === "win32")("its commands mean in a shell what they should", () => {
  const commands = [...text.matchAll(/^curl (?:.*\\\n)*.*$/gm)].map(([command]) => command);
  expect(commands).toHaveLength(2);
  // Each argument on a line of its own, as curl would be given them.
  const script = `curl() { printf '%s\\n' "$@"; }\n${commands.join("\necho ---\n")}`;
  const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  const [record, list] = stdout.split("---\n").map((part) => part.trim().split("\n"));
  expect(record?.slice(0, -1)).toEqual([
    "http://localhost:8787/v1/recordings",
    "-H",
    "Authorization: Bearer ac_admin_root_x-y_z",
    "-H",
    "Content-Type: application/json",
    "-d",
  ]);
  expect(JSON.parse(record?.at(-1) ?? "")).toEqual({
    project_id: "demo",
    all_messages: [
      { role: "user", content: "Why is the sky blue?" },
      { role: "assistant", content: "Rayleigh scattering." },
    ],
    call_info: {
      provider: "openai",
      model: "gpt-4o-mini",
      start_time: 1_789_999_998.923,
      end_time: 1_790_000_000.123,
      model_parameters: { temperature: 0.2 },
    },
  });
  expect(list).toEqual(["http://localhost:8787/v1/recordings?project_id=demo", "-H", "Authorization: Bearer ac_admin_root_x-y_z"]);
});
