import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { readId } from "../model/id";

/** Prompt templates are not kept here, and whoever asks for one is told where to have them. Mounted with and without `/api`. */
export const promptTemplates = new Hono<Http>();

promptTemplates.all("/v2/projects/:project/prompt-templates/*", async (c) => {
  const principal = await admit(c, c.var.deps, ["ingest", "read", "admin"]);
  projectOf(principal, readId(c.req.param("project"), "project"));
  throw new CollectorError(
    "not_found",
    "This collector keeps no prompt templates. Give the SDK's client a FilesystemTemplateResolver, which reads them from files; recording with a prompt's ids works as ever.",
  );
});
