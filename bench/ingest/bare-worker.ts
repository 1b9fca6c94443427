import { Hono } from "hono";

/**
 * The least that can be kept in D1: the body as it came, in one row of a table without an index. What was done to make it the best:
 * one statement alone, no parsing, no key, no column but the text, and the rowid as the only order.
 */
const app = new Hono<{ Bindings: { DB: D1Database } }>();

app.post("*", async (c) => {
  await c.env.DB.prepare("INSERT INTO bodies (body) VALUES (?1)")
    .bind(await c.req.text())
    .run();
  return c.json({ status: "ok" }, 201);
});

export default { fetch: app.fetch };
