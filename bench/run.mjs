// Runs bench/<name>.ts, or several, parted by commas, one after another: bundled first, for Node does not read this code's imports. `.bin` tables become ArrayBuffers, as in a Worker.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

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
    plugins: [dataModules()],
  });
  try {
    const { status } = spawnSync(process.execPath, ["--expose-gc", outfile, ...args], { stdio: "inherit" });
    process.exitCode = Math.max(Number(process.exitCode ?? 0), status ?? 1);
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
