import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A web site on this machine, whose pages load the collector's client. */
export interface Site {
  /** `http://localhost:<port>`; its storage is no other site's. */
  origin: string;
  /** The same pages by a name that keys for localhost do not allow. */
  foreign: string;
  close: () => Promise<void>;
}

/** `script` is a module's text, run after `createRecorder` was imported. */
export async function openSite(door: string, script: string, headers: Record<string, string> = {}): Promise<Site> {
  const html = `<!doctype html><title>A page</title><button id="ask">Ask</button>
<script type="module" nonce="n">
import { createRecorder } from "${door}/client.js";
${script}
window.isReady = true;
</script>`;
  const server = createServer((request, response) => {
    const isPage = request.url === "/";
    response.writeHead(isPage ? 200 : 404, { "Content-Type": "text/html", ...headers }).end(isPage ? html : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}/`,
    foreign: `http://127.0.0.1:${port}/`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
