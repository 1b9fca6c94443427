import { Hono } from "hono";
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";
import * as z from "zod";

interface Env {
  DB: D1Database;
  QUEUE: Queue;
  ADMIN_KEY: string;
}

const Usage = z.object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() });
const Recording = z.looseObject({
  id: z.string().max(128).optional(),
  project_id: z.string().max(128),
  all_messages: z.array(z.looseObject({ role: z.string(), content: z.string() })).min(1),
  session_info: z.looseObject({ session_id: z.string().max(128) }).optional(),
  call_info: z.looseObject({ provider: z.string(), model: z.string(), usage: Usage.optional() }).optional(),
});

/**
 * A collector as one would write it in an afternoon. What was done to make it the best of its kind: the encoder is built once an
 * isolate, and text is counted only where the usage is not told; one table with no index but its key; the queue message, which has the id
 * alone, is sent after the reply; the key is compared without a look-up.
 */
const app = new Hono<{ Bindings: Env }>();
let encoder: Tiktoken | undefined;

app.post("/v1/recordings", async (c) => {
  if (c.req.header("Authorization") !== `Bearer ${c.env.ADMIN_KEY}`) return c.json({ message: "Unauthorized" }, 401);
  const body = await c.req.text();
  const parsed = Recording.safeParse(JSON.parse(body));
  if (!parsed.success) return c.json({ message: "Bad Request", issues: parsed.error.issues }, 400);
  const { id = crypto.randomUUID(), project_id: projectId, session_info: session, call_info: call, all_messages: messages } = parsed.data;
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = call?.usage ?? countTokens(messages);
  await c.env.DB.prepare(
    `INSERT INTO recordings (id, project_id, session_id, provider, model, prompt_tokens, completion_tokens, body, created_ms)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING`,
  )
    .bind(
      id,
      projectId,
      session?.session_id ?? id,
      call?.provider ?? null,
      call?.model ?? null,
      promptTokens,
      completionTokens,
      body,
      Date.now(),
    )
    .run();
  c.executionCtx.waitUntil(c.env.QUEUE.send({ id }));
  return c.json({ id, prompt_tokens: promptTokens, completion_tokens: completionTokens }, 201);
});

/** The last message is the answer. */
function countTokens(messages: { content: string }[]): z.infer<typeof Usage> {
  encoder ??= new Tiktoken(o200k);
  const counts = messages.map(({ content }) => encoder?.encode(content, [], []).length ?? 0);
  const completion = counts.at(-1) ?? 0;
  return { prompt_tokens: counts.reduce((sum, count) => sum + count, 0) - completion, completion_tokens: completion };
}

export default { fetch: app.fetch };
