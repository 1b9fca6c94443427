import { once } from "node:events";
import { connect, createServer } from "node:net";
import { stopReason } from "./stop-reason.mjs";

const DEFAULT_PORT = 8787;

/**
 * The port that was asked for.
 *
 * @param {string | undefined} text the variable PORT
 * @returns {number}
 */
export function readPort(text) {
  if (text === undefined || text === "") return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw stopReason(`PORT must be a whole number from 1 to 65535, not ${JSON.stringify(text)}.`);
}

/**
 * Throws where the port cannot be had.
 *
 * @param {number} port
 */
export async function requireFreePort(port) {
  const taken = `Port ${port} is already in use: stop what uses it, or choose another with PORT=${port < 65_535 ? port + 1 : 8788} npm start.`;
  // Listening alone is not proof: macOS and Windows let one address be bound below a wildcard's listener.
  // And whoever has the port on ::1 would answer for http://localhost in the collector's place.
  for (const host of ["127.0.0.1", "::1"]) {
    if (await answers(host, port)) throw stopReason(taken);
  }
  const code = await listenError(port);
  if (code === "EADDRINUSE") throw stopReason(taken);
  if (code !== null) throw stopReason(`Port ${port} cannot be used here (${code}): choose another with PORT=8787 npm start.`);
}

async function answers(host, port) {
  const socket = connect({ host, port, timeout: 1000 });
  const answered = await new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("timeout", () => resolve(false));
    socket.once("error", () => resolve(false));
  });
  socket.destroy();
  return answered;
}

async function listenError(port) {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return null;
  } catch (error) {
    return error.code;
  }
}
