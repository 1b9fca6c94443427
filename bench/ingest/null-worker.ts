import { Hono } from "hono";

/** What Hono, workerd and the client take by themselves: the body is read and thrown away. */
const app = new Hono();

app.post("*", async (c) => {
  await c.req.arrayBuffer();
  return c.json({ status: "ok" }, 201);
});

export default { fetch: app.fetch };
