import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a receiver answers: a status with headers and a body, or nothing, ever. */
type Reply = { status: number; headers?: Record<string, string>; body?: string } | "nothing";

/** An HTTP server on this machine that notes what it is sent. */
export interface Receiver {
  url: string;
  received: { headers: IncomingHttpHeaders; body: string; atMs: number }[];
  /** What it answers from now on: each of these once, the last one for ever. */
  answer: (...replies: Reply[]) => void;
  stop: () => Promise<void>;
}

/** Starts one that answers 200. */
export async function startReceiver(): Promise<Receiver> {
  let replies: Reply[] = [{ status: 200 }];
  const received: Receiver["received"] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8"), atMs: Date.now() });
      const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? "nothing";
      if (reply !== "nothing") response.writeHead(reply.status, reply.headers ?? {}).end(reply.body ?? "");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`,
    received,
    answer: (...next) => {
      replies = next;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
