import { once } from "node:events";
import { createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that came to the door. */
interface Knock {
  method: string;
  /** Without its query. */
  path: string;
  headers: IncomingHttpHeaders;
  bytes: number;
  /** What was answered; 0 where nothing was. */
  status: number;
}

/** What becomes of a post: it is let through, answered here, cut off before or after the collector had it, or never answered. */
export type Fate = "pass" | "cut" | "lose answer" | "hang" | { status: number; retryAfter?: string };

/** What stands before the collector: a door that can be shut. */
export interface Door {
  origin: string;
  knocks: Knock[];
  /** Posts that came to the beacon route. */
  posts: () => Knock[];
  /** Decides, from now on, what becomes of each post. */
  decide: (fate: (post: number) => Fate) => void;
  /** Refuses connections. */
  shut: () => Promise<void>;
  reopen: () => Promise<void>;
  close: () => Promise<void>;
}

export async function openDoor(collector: string): Promise<Door> {
  const knocks: Knock[] = [];
  let fate: (post: number) => Fate = () => "pass";
  let server: Server;
  let port = 0;
  let posts = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = "", headers } = request;
    const path = (request.url ?? "").replace(/\?.*/, "");
    const knock: Knock = { method, path, headers, bytes: body.length, status: 0 };
    knocks.push(knock);
    response.on("finish", () => (knock.status = response.statusCode));
    const one = method === "POST" ? fate(posts++) : "pass";
    if (one === "hang") return;
    if (one === "cut") return void request.socket.destroy();
    if (typeof one === "object") {
      const allowed = { "Access-Control-Allow-Origin": headers.origin ?? "*", "Access-Control-Expose-Headers": "Retry-After" };
      const later = one.retryAfter === undefined ? {} : { "Retry-After": one.retryAfter };
      response.writeHead(one.status, { ...allowed, ...later, "Content-Type": "application/json" });
      return void response.end(JSON.stringify({ message: "Not now." }));
    }
    const passed = ask(`${collector}${request.url ?? ""}`, { method, headers }, (got) => {
      if (one === "lose answer") request.socket.destroy();
      else got.pipe(response.writeHead(got.statusCode ?? 502, got.headers));
    });
    passed.on("error", () => request.socket.destroy());
    passed.end(body);
  };

  const listen = async () => {
    server = createServer((request, response) => void answer(request, response).catch(() => request.socket.destroy()));
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  };
  const shut = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await listen();
  return {
    origin: `http://localhost:${port}`,
    knocks,
    posts: () => knocks.filter(({ method, path }) => method === "POST" && path === "/v1/r"),
    decide: (decided) => {
      posts = 0;
      fate = decided;
    },
    shut,
    reopen: listen,
    close: shut,
  };
}
