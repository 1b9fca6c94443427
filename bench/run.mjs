// Runs bench/<name>.ts, or several, parted by commas, one after another: bundled first, for Node does not read this code's imports. `.bin` tables become ArrayBuffers, as in a Worker.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** The exit code of a bench that died, and did not only miss a bound, which is 1. */
const died = 70;
const [names = "", ...args] = process.argv.slice(2);
for (const name of names.split(",")) {
  // Beside the packages, so that they are found.
  const outfile = join(import.meta.dirname, "..", "node_modules", `.bench-${process.pid}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "warning",
    banner: { js: `process.on("uncaughtException", (error) => { console.error(error); process.exit(${died}); });` },
    plugins: [dataModules()],
  });
  try {
    const { status } = spawnSync(process.execPath, ["--expose-gc", outfile, ...args], { stdio: "inherit" });
    process.exitCode = Math.max(Number(process.exitCode ?? 0), status ?? died);
  } finally {
    rmSync(outfile, { force: true });
  }
}

function dataModules() {
  return {
    name: "data-modules",
    setup(bundle) {
      bundle.onLoad({ filter: /\.bin$/ }, ({ path }) => ({
        loader: "js",
        contents: `import { readFileSync } from "node:fs";
          const bytes = readFileSync(${JSON.stringify(path)});
          export default bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);`,
      }));
    },
  };
}
