import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { OutsideDeps } from "../../../src/export/reach/outside-call";

/** Another's server on this machine, and how many of its answers are not ended or broken off. */
export interface OtherServer {
  origin: string;
  unanswered: () => number;
  stop: () => Promise<void>;
}

/** Starts a server that answers with `answer`. */
export async function startServer(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<OtherServer> {
  let unanswered = 0;
  const server: Server = createServer((request, response) => {
    unanswered += 1;
    response.on("close", () => (unanswered -= 1));
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    unanswered: () => unanswered,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The runtime's own fetch and clock, and local addresses allowed. */
export const outsideDeps: OutsideDeps = {
  fetch: async (request, init) => await fetch(request, init),
  now: () => Date.now(),
  allowsLocalDestinations: true,
};
