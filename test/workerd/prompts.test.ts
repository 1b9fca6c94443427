import { expect, test } from "vitest";
import { type Answer, ask, askJson, makeKey, newProject, readRecording } from "./collector";

test.for([
  ["GET", "/name/greeting?environment=latest"],
  ["GET", "/all/prod"],
  ["GET", "/id/11111111-1111-4111-8111-111111111111/versions/22222222-2222-4222-8222-222222222222"],
  ["POST", "/name/greeting/versions"],
  ["POST", "/id/t/versions/v/environments"],
  ["DELETE", ""],
])("%s prompt-templates%s is told where prompts are", async ([method = "", rest = ""]) => {
  const project = newProject();
  for (const base of ["/api", "", "/api/"]) {
    const path = `${base}/v2/projects/${project}/prompt-templates${rest}`;
    expect(await askJson(method, path, method === "POST" ? { body: {} } : {})).toMatchObject({
      status: 404,
      json: { code: "not_found", message: expect.stringContaining("FilesystemTemplateResolver") },
    });
    expect((await ask(method, path, { key: null })).status).toBe(401);
  }
  const { key } = await makeKey({ scope: "ingest", project_id: newProject() });
  const other = await askJson(method, `/api/v2/projects/${project}/prompt-templates${rest}`, { key });
  expect(other).toMatchObject({ status: 404, json: { message: "There is no such project for this key." } });
});

test("a recording keeps the ids of a prompt that is not here", async () => {
  const project = newProject();
  const prompt = {
    prompt_template_id: "11111111-1111-4111-8111-111111111111",
    prompt_template_version_id: "22222222-2222-4222-8222-222222222222",
    environment: "prod",
  };
  const posted = await askJson("POST", `/api/v2/projects/${project}/sessions/s/completions`, {
    body: { messages: [{ role: "user", content: "Hi" }], inputs: { name: "you" }, prompt_info: prompt },
  });
  expect(posted.status).toBe(201);
  expect(await readRecording(project, posted.json["completion_id"])).toMatchObject({ prompt_info: prompt, environment: "prod" });
});

test("the projects of a key are listed as the SDKs read them", async () => {
  const project = newProject();
  const { key } = await makeKey({ scope: "ingest", project_id: project });
  for (const base of ["/api", ""]) {
    const own = await askJson("GET", `${base}/v2/projects/all`, { key });
    expect(own).toMatchObject({ status: 200, json: { projects: [{ id: project, name: project }] } });
    const all = await askJson("GET", `${base}/v2/projects/all`);
    // Other tests may have made more projects than are told.
    if (all.json["has_more"] !== true) expect(all.json["projects"].map(({ id }: Answer) => id)).toContain(project);
    expect((await ask("GET", `${base}/v2/projects/all`, { key: null })).status).toBe(401);
  }
});
