import { randomUUID } from "node:crypto";
import { type default as Freeplay, FreeplayClientError } from "freeplay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCollector, startCollector } from "./running-collector";
import { type Answer, clientOf, failureOf, openProject, type SdkProject } from "./sdk-project";

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => await collector.stop());

describe("every call that is refused is an error that carries the collector's message", () => {
  const session = randomUUID();
  /** Each call, and the scope of a key that may not make it. */
  const calls: { name: string; forbidden: string; call: (client: Freeplay, projectId: string, sdk: SdkProject) => Promise<unknown> }[] = [
    {
      name: "recordings.create",
      forbidden: "read",
      call: async (client, projectId, sdk) => await client.recordings.create(sdk.call({ promptInfo: { projectId } })),
    },
    {
      name: "recordings.update",
      forbidden: "read",
      call: async (client, projectId) =>
        await client.recordings.update({ projectId, completionId: "c", newMessages: [{ role: "user", content: "x" }] }),
    },
    {
      name: "trace.recordOutput",
      forbidden: "read",
      call: async (client, projectId) => await client.sessions.restoreSession(session).createTrace("in").recordOutput(projectId, "out"),
    },
    {
      name: "customerFeedback.updateTrace",
      forbidden: "read",
      call: async (client, projectId) => await client.customerFeedback.updateTrace({ projectId, traceId: "t", customerFeedback: { a: 1 } }),
    },
    {
      name: "testRuns.create",
      forbidden: "read",
      call: async (client, projectId) => await client.testRuns.create({ projectId, testList: "golden set" }),
    },
    {
      name: "testRuns.get",
      forbidden: "browser",
      call: async (client, projectId) => await client.testRuns.get({ projectId, testRunId: "r" }),
    },
    { name: "sessions.delete", forbidden: "ingest", call: async (client, projectId) => await client.sessions.delete(projectId, session) },
  ];

  test.each(calls)("$name, with a wrong key 401, in another's project 404, with a key that may not 403", async ({ forbidden, call }) => {
    const sdk = await openProject(collector);
    const wrong = await failureOf(call(clientOf(collector, "fp_wrong"), sdk.projectId, sdk));
    expect(said(wrong)).toEqual({ status: 401, message: "This key is unknown or was revoked." });
    const elsewhere = await failureOf(call(sdk.client, randomUUID(), sdk));
    expect(said(elsewhere)).toEqual({ status: 404, message: expect.stringMatching(/project/) });
    const other = await openProject(collector, forbidden);
    expect(said(await failureOf(call(other.client, other.projectId, other)))).toEqual({
      status: 403,
      message: expect.stringMatching(/key/),
    });
  });

  test("customerFeedback.update, whose path names no project, with a wrong key 401 and with a key that may not 403", async () => {
    const { client } = await openProject(collector, "read");
    const update = { completionId: "c", customerFeedback: { a: 1 } };
    expect(said(await failureOf(clientOf(collector, "fp_wrong").customerFeedback.update(update)))).toMatchObject({ status: 401 });
    expect(said(await failureOf(client.customerFeedback.update(update)))).toEqual({ status: 403, message: expect.stringMatching(/key/) });
  });

  test("ids that are none", async () => {
    const { client, projectId, call } = await openProject(collector);
    const bad = [
      client.recordings.create(call({ completionId: "not an id" })),
      client.recordings.create(call({ sessionInfo: { sessionId: "not an id" } })),
      client.recordings.create(call({ promptInfo: { projectId: "not an id" } })),
      client.recordings.update({ projectId, completionId: "not an id", newMessages: [{ role: "user", content: "x" }] }),
      client.sessions.restoreSession(session).restoreTrace("not an id", "in").recordOutput(projectId, "out"),
      client.customerFeedback.update({ completionId: "not an id", customerFeedback: { a: 1 } }),
      client.customerFeedback.updateTrace({ projectId, traceId: "not an id", customerFeedback: { a: 1 } }),
      client.testRuns.get({ projectId, testRunId: "not an id" }),
      client.sessions.delete(projectId, "not an id"),
    ];
    const errors = await Promise.all(bad.map(failureOf));
    for (const [index, error] of errors.entries())
      expect(said(error), `${index}`).toEqual({ status: 400, message: expect.stringMatching(/id/) });
  });

  test("an update that says nothing, and a session that is not there", async () => {
    const { client, projectId } = await openProject(collector);
    const nothing = await failureOf(client.recordings.update({ projectId, completionId: "c" } as never));
    expect(nothing).toBeInstanceOf(FreeplayClientError);
    expect(said(nothing)).toEqual({ status: 400, message: expect.stringMatching(/new_messages|eval_results/) });
    expect(said(await failureOf(client.sessions.delete(projectId, randomUUID())))).toEqual({
      status: 404,
      message: expect.stringMatching(/session/),
    });
  });

  test("nothing is sent of what the SDK refuses itself", async () => {
    const { client, call } = await openProject(collector);
    expect(await failureOf(client.recordings.create(call({ allMessages: [] })))).toBeInstanceOf(FreeplayClientError);
    const feedback = { comment: null } as never;
    expect(await failureOf(client.customerFeedback.update({ completionId: "c", customerFeedback: feedback }))).toBeInstanceOf(
      FreeplayClientError,
    );
  });
});

/** The status and the message of an error: sessions.delete gives axios' own, all others a FreeplayClientError. */
function said(error: Error): { status: number; message: string } {
  const { response, cause } = error as Error & {
    response?: { status: number; data: Answer };
    cause?: { response: { status: number; data: Answer } };
  };
  const answer = response ?? cause?.response;
  if (response === undefined) {
    expect(error).toBeInstanceOf(FreeplayClientError);
    expect(error.message).toContain(`Received status ${answer?.status}. ${answer?.data["message"]}`);
  }
  return { status: answer?.status ?? 0, message: answer?.data["message"] };
}
