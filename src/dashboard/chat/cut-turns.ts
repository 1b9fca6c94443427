import type { Part, Turn } from "./part";

/** Pieces of one message that are shown at least. */
const shownOfOneMin = 10;

/** Turns with `piecesMax` of their pieces, of the last turns first, for they are what is looked for. What is left out is counted. */
export function cutTurns(turns: Turn[], piecesMax: number): Turn[] {
  let left = piecesMax;
  const cut = turns.toReversed().map((turn): Turn => {
    const room = { pieces: Math.max(left, shownOfOneMin) };
    const parts = cutParts(turn.parts, room);
    left = Math.min(left, room.pieces);
    return { ...turn, parts };
  });
  return cut.toReversed();
}

function cutParts(parts: Part[], room: { pieces: number }): Part[] {
  const shown: Part[] = [];
  for (const part of parts) {
    if (room.pieces <= 0) return [...shown, { kind: "left", count: parts.length - shown.length }];
    room.pieces -= 1;
    shown.push(part.kind === "result" ? { ...part, parts: cutParts(part.parts, room) } : part);
  }
  return shown;
}

/** How many pieces turns have, with those within results. */
export function countPieces(turns: Turn[]): number {
  const count = (parts: Part[]): number => parts.reduce((sum, part) => sum + 1 + (part.kind === "result" ? count(part.parts) : 0), 0);
  return turns.reduce((sum, { parts }) => sum + count(parts), 0);
}
