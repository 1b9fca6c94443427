import { expect, test } from "vitest";
import { openapi } from "../../src/openapi/describe";
import { holdTo } from "../described";

const origin = "https://collector.test";
const holdAnswer = holdTo(await (await openapi.request(`${origin}/openapi.json`)).json());
const projects = { projects: [{ id: "p", created_at: "2026-01-01T00:00:00.000000Z" }], next_cursor: null };

async function complaint(path: string, answer: object, status = 200): Promise<unknown> {
  return await holdAnswer("GET", path, Response.json(answer, { status })).then(
    async (response) => await response.json(),
    (thrown: Error) => thrown.message,
  );
}

test("an answer that is as it is described can be read as ever", async () => {
  expect(await complaint("/v1/projects?limit=1", projects)).toEqual(projects);
  expect(await complaint("/api//v2/projects/all", { projects: [{ id: "p", name: "p" }], has_more: false })).toMatchObject({
    has_more: false,
  });
});

test("a field that is not described, one that is missing and one of another type are told by their place", async () => {
  const [project] = projects.projects;
  expect(await complaint("/v1/projects", { projects: [{ ...project, name: "p" }], next_cursor: null })).toContain("#/projects/0/name");
  expect(await complaint("/v1/projects", { projects: [] })).toContain('required property "next_cursor"');
  expect(await complaint("/v1/projects", { projects: [{ ...project, id: 1 }], next_cursor: null })).toContain("#/projects/0/id");
  expect(await complaint("/v1/projects", { message: "", code: "", request_id: "", more: 1 }, 400)).toContain("#/more");
});

test("a status and a media type that are not described are told, and what is no route is passed", async () => {
  expect(await complaint("/v1/projects", projects, 201)).toContain("that status is not described");
  const page = new Response("<p>", { headers: { "Content-Type": "text/html" } });
  await expect(holdAnswer("GET", "/v1/projects", page)).rejects.toThrow("text/html is not described");
  expect(await complaint("/v1/nothing", { any: 1 }, 404)).toEqual({ any: 1 });
});
