import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type ConversationTurn, tellTurns, type Told } from "../../../src/model/conversation-turns";
import type { JsonObject } from "../../../src/model/json";

const system = { role: "system", content: "Be brief." };
const ask = (content: string): JsonObject => ({ role: "user", content });
const say = (content: string): JsonObject => ({ role: "assistant", content });

/** The whole conversation that a turn ends. */
function wholeOf(turn: ConversationTurn, told: Told[]): JsonObject[] {
  if (turn.followsId === null) return turn.messages;
  const before = told.find(({ id }) => id === turn.followsId)?.messages ?? [];
  const own = told.find(({ id }) => id === turn.id)?.messages ?? [];
  const shared = own.length - turn.messages.length;
  expect(before.slice(0, shared)).toEqual(own.slice(0, shared));
  expect(turn.isBranch).toBe(shared < before.length);
  return [...before.slice(0, shared), ...turn.messages];
}

const message = fc.constantFrom(system, ask("a"), ask("b"), say("a"), say("b"));
const recordings = fc
  .array(fc.array(message, { maxLength: 6 }), { maxLength: 8 })
  .map((lists) => lists.map((messages, index): Told => ({ id: `r${index}`, messages })));

test("what each adds, behind what the one before has in common with it, is all that was said", () => {
  fc.assert(
    fc.property(recordings, fc.nat(3), (told, from) => {
      const turns = tellTurns(told.slice(0, from), told.slice(from));
      expect(turns.map(({ id }) => id)).toEqual(told.slice(from).map(({ id }) => id));
      for (const turn of turns) expect(wholeOf(turn, told)).toEqual(told.find(({ id }) => id === turn.id)?.messages);
    }),
    { numRuns: 1000 },
  );
});

test("a turn goes on from what it has the most in common with, and from nothing that came after it", () => {
  fc.assert(
    fc.property(recordings, (told) => {
      const common = (one: JsonObject[], other: JsonObject[]) => {
        const differs = one.findIndex((item, index) => item !== other[index]);
        return differs === -1 ? one.length : differs;
      };
      tellTurns([], told).forEach((turn, index) => {
        const before = told.slice(0, index);
        const own = told[index]?.messages ?? [];
        const most = Math.max(0, ...before.map(({ messages }) => common(messages, own)));
        const isSaid = own.slice(0, most).some(({ role }) => role !== "system");
        expect(turn.messages).toHaveLength(own.length - (isSaid ? most : 0));
        if (turn.followsId !== null) expect(before.map(({ id }) => id)).toContain(turn.followsId);
      });
    }),
    { numRuns: 1000 },
  );
});

test("what has no more in common than what the system says begins anew, and is no branch", () => {
  const [, second] = tellTurns(
    [],
    [
      { id: "one", messages: [system, ask("a"), say("a")] },
      { id: "two", messages: [system, ask("b"), say("b")] },
    ],
  );
  expect(second).toEqual({ id: "two", followsId: null, isBranch: false, messages: [system, ask("b"), say("b")] });
});

test("an answer that was asked for again is a branch, and what goes on from either is not", () => {
  const turns = tellTurns(
    [],
    [
      { id: "one", messages: [ask("a"), say("a")] },
      { id: "again", messages: [ask("a"), say("b")] },
      { id: "on", messages: [ask("a"), say("b"), ask("b")] },
      { id: "back", messages: [ask("a"), say("a"), ask("b")] },
    ],
  );
  expect(turns.map(({ followsId, isBranch }) => [followsId, isBranch])).toEqual([
    [null, false],
    ["one", true],
    ["again", false],
    ["one", false],
  ]);
});

test("the same once more adds nothing, and is no branch", () => {
  const messages = [ask("a"), say("a")];
  expect(
    tellTurns(
      [],
      [
        { id: "one", messages },
        { id: "two", messages },
      ],
    )[1],
  ).toEqual({ id: "two", followsId: "one", isBranch: false, messages: [] });
});
