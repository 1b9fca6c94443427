import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { cpus } from "node:os";

/** Of what, when and where figures were measured. */
export interface Provenance {
  /** Null where there is no git. */
  commit: string | null;
  /** Whether what was measured differs from the commit. */
  dirty: boolean;
  date: string;
  machine: { cpus: number; cpuModel: string; node: string; workerd: string };
}

/** Of this working copy, now, on this machine. What benches write is no difference. */
export function readProvenance(): Provenance {
  const { version: workerd } = createRequire(import.meta.url)("workerd/package.json") as { version: string };
  const all = cpus();
  return {
    commit: git("rev-parse", "HEAD"),
    dirty: git("status", "--porcelain", "--", ".", ":!bench/results*.json") !== "",
    date: new Date().toISOString(),
    machine: { cpus: all.length, cpuModel: all[0]?.model ?? "", node: process.version, workerd },
  };
}

function git(...args: string[]): string | null {
  try {
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}
