import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ensureBrowserKey, isUsable } from "../../../scripts/browser-key.mjs";

const good = { id: "k1", scope: "browser", project_id: "demo", origins: ["http://localhost:*"], revoked_at: null };

test("a kept key counts while the collector lists it as it was made", () => {
  expect(isUsable("ac_browser_k1_secret", [good])).toBe(true);
  expect(isUsable("ac_browser_k2_secret", [good])).toBe(false);
  expect(isUsable("ac_browser_k1_secret", [{ ...good, revoked_at: "2026-01-01T00:00:00Z" }])).toBe(false);
  expect(isUsable("ac_browser_k1_secret", [{ ...good, project_id: "other" }])).toBe(false);
  expect(isUsable("ac_browser_k1_secret", [{ ...good, scope: "admin" }])).toBe(false);
  expect(isUsable("ac_browser_k1_secret", [{ ...good, origins: ["https://example.com"] }])).toBe(false);
});

/** A collector that knows these keys and gives out `ac_browser_new_secret`. */
async function collector(keys: object[], status = 201) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      requests.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
      const isList = request.method === "GET";
      response.writeHead(isList ? 200 : status, { "content-type": "application/json" });
      response.end(JSON.stringify(isList ? { keys } : { id: "new", key: "ac_browser_new_secret" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const persistTo = await mkdtemp(join(tmpdir(), "aircheck-browser-key-"));
  onTestFinished(() => rm(persistTo, { recursive: true }));
  const file = join(persistTo, "aircheck-browser-key");
  return { options: { address, adminKey: "root", persistTo }, file, requests, close: () => server.close().closeAllConnections() };
}

test("the first start makes a key and keeps it for its owner alone", async () => {
  const { options, file, requests, close } = await collector([]);
  expect(await ensureBrowserKey(options)).toBe("ac_browser_new_secret");
  expect(requests).toEqual([
    'POST /v1/keys Bearer root {"scope":"browser","project_id":"demo","origins":["http://localhost:*"],"label":"npm start"}',
  ]);
  expect(await readFile(file, "utf8")).toBe("ac_browser_new_secret\n");
  if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);
  close();
});

test("a later start takes the kept key, and a new one where that was revoked", async () => {
  const kept = await collector([good]);
  await writeFile(kept.file, "ac_browser_k1_secret\n");
  expect(await ensureBrowserKey(kept.options)).toBe("ac_browser_k1_secret");
  expect(kept.requests).toEqual(["GET /v1/keys Bearer root "]);
  kept.close();

  const revoked = await collector([{ ...good, revoked_at: 1 }]);
  await writeFile(revoked.file, "ac_browser_k1_secret\n");
  expect(await ensureBrowserKey(revoked.options)).toBe("ac_browser_new_secret");
  expect(await readFile(revoked.file, "utf8")).toBe("ac_browser_new_secret\n");
  revoked.close();
});

test("a refusal says what the collector answered", async () => {
  const { options, close } = await collector([], 503);
  await expect(ensureBrowserKey(options)).rejects.toThrow("/v1/keys answered 503");
  close();
});
