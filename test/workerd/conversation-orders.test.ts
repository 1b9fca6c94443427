import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Answer, ask, askJson, newProject, readRecording } from "./collector";
import { expectTidy } from "./conversation";

/** A conversation that grows: from an earlier one, keep some messages and say some more. */
const steps = fc.array(
  fc.record({
    from: fc.nat(),
    keep: fc.nat(),
    say: fc.array(fc.constantFrom("a", "b", "ü", "\\", '"', "☀️", "\ud800", "x".repeat(200), "ü".repeat(200), "\u0000".repeat(50)), {
      maxLength: 4,
    }),
    session: fc.constantFrom("s", "t"),
    order: fc.nat(),
    isDeleted: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);

test("whatever continues what, in whatever order it comes and is deleted, the rest reads back as it was", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (given, inOnePost) => {
      const project = newProject();
      const made: { id: string; session: string; messages: Answer[]; order: number; isDeleted: boolean }[] = [];
      for (const [index, { from, keep, say, session, order, isDeleted }] of given.entries()) {
        const base = made.length === 0 ? [] : (made[from % made.length]?.messages ?? []);
        const messages = [...base.slice(0, keep % (base.length + 1)), ...say.map((content) => ({ role: "user", content }))];
        if (messages.length === 0) messages.push({ role: "user", content: "" });
        made.push({ id: `r${index}`, session, messages, order, isDeleted });
      }
      const arriving = made.toSorted((a, b) => a.order - b.order);
      const bodies = arriving.map(({ id, session, messages }) => ({
        project_id: project,
        id,
        session_id: session,
        all_messages: messages,
      }));
      for (const body of inOnePost ? [bodies] : bodies)
        expect((await askJson("POST", "/v1/recordings", { body })).status).toBeLessThan(202);
      const left = new Map(made.map((one) => [one.id, one]));
      const check = async () => {
        const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=200`);
        const found = new Map((json["recordings"] as Answer[]).map((one) => [one["id"] as string, one["messages"] as unknown]));
        expect([...found.keys()].toSorted()).toEqual([...left.keys()].toSorted());
        for (const [id, { messages }] of left) expect(JSON.stringify(found.get(id))).toBe(JSON.stringify(messages));
        await expectTidy(project);
      };
      await check();
      for (const { id, isDeleted } of made.toSorted((a, b) => b.order - a.order)) {
        if (!isDeleted) continue;
        expect((await askJson("DELETE", `/v1/recordings/${id}?project_id=${project}`)).status).toBe(204);
        left.delete(id);
        await check();
      }
      for (const { id, messages } of left.values()) expect((await readRecording(project, id))["messages"]).toEqual(messages);
      for (const session of ["s", "t"]) await ask("DELETE", `/v1/sessions/${session}?project_id=${project}`);
      const rows = env.DB.prepare("SELECT count(*) AS n FROM transcripts WHERE project_id = ?1").bind(project);
      expect(await rows.first<number>("n")).toBe(0);
    }),
    { numRuns: 60 },
  );
});
