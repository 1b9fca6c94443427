import { build, type Metafile } from "esbuild";
import { expect, test } from "vitest";

/** What only some requests, the cron or the queue need. The Worker has it in its one module, but evaluates it on demand. */
const onDemand = ["query", "manage", "dashboard", "openapi", "jobs", "on-demand"].map((part) => new RegExp(`^src/${part}[/.]`));
/** What posts need too, but not each of them, and not at once. */
const large = [/^dist\/served\//, /^node_modules\/(@pydantic|hyparquet)/, /\.(bin|txt)$/];

test("a Worker that starts evaluates what takes posts, and nothing else", async () => {
  const { metafile } = await build({
    entryPoints: ["src/index.ts"],
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: "dist",
    write: false,
    metafile: true,
    conditions: ["workerd", "worker", "browser"],
    loader: { ".bin": "empty", ".txt": "empty" },
  });
  const evaluated = evaluatedAtStart(metafile);
  expect(evaluated).toContain("src/receive/records.ts");
  expect(evaluated.filter((path) => [...onDemand, ...large].some((pattern) => pattern.test(path)))).toEqual([]);
});

/** The sources that are left in the chunks which the entry point imports, chunk by chunk, otherwise than by `import()`. */
function evaluatedAtStart({ outputs }: Metafile): string[] {
  const chunks = Object.keys(outputs).filter((name) => outputs[name]?.entryPoint === "src/index.ts");
  for (const name of chunks) {
    for (const { path, kind } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && !chunks.includes(path)) chunks.push(path);
    }
  }
  return chunks.flatMap((name) =>
    Object.entries(outputs[name]?.inputs ?? {}).flatMap(([path, part]) => (part.bytesInOutput > 0 ? [path] : [])),
  );
}
