import { expect, test } from "vitest";
import { type Answer, askJson, newProject, transactionsDuring } from "./collector";

test("a list walks newest first through every recording once, whatever comes meanwhile", async () => {
  const project = newProject();
  await post(project, 25);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { json: Answer } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=10&cursor=${cursor ?? ""}`);
    seen.push(...ids(page.json));
    cursor = page.json["next_cursor"];
    await post(project, 1);
  } while (cursor !== null);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `r-${24 - index}`));
});

test("a session's list holds that session alone", async () => {
  const project = newProject();
  await post(project, 3, "one");
  await post(project, 3, "two");
  const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&session_id=two`);
  expect(json["recordings"].map(({ session_id }: Answer) => session_id)).toEqual(["two", "two", "two"]);
  expect(json["next_cursor"]).toBeNull();
});

test("a page of large recordings ends early and says where the next begins", async () => {
  const project = newProject();
  const content = "x".repeat(1_800_000);
  for (const id of ["a", "b", "c", "d", "e", "f"]) {
    await askJson("POST", "/v1/recordings", { body: { project_id: project, id, all_messages: [{ role: "user", content }] } });
  }
  const first = await askJson("GET", `/v1/recordings?project_id=${project}`);
  expect(ids(first.json)).toEqual(["f", "e", "d", "c"]);
  const second = await askJson("GET", `/v1/recordings?project_id=${project}&cursor=${first.json["next_cursor"]}`);
  expect(ids(second.json)).toEqual(["b", "a"]);
  expect(second.json["next_cursor"]).toBeNull();
});

test("a page of 50 among many reads at most 120 rows", async () => {
  const project = newProject();
  await post(newProject(), 300);
  await post(project, 200);
  for (const query of ["", "&session_id=s"]) {
    const transactions = await transactionsDuring(async () => {
      const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=50${query}`);
      expect(json["recordings"]).toHaveLength(50);
    });
    // One row more than the page tells whether there is a next; and up to four tell where the project's runs are.
    const list = transactions.flat().find(({ results }) => results.length === 51);
    expect(list?.meta.rows_read).toBeLessThanOrEqual(query === "" ? 55 : 51);
  }
});

test("where projects take turns, a page of 50 still reads at most 120 rows, wherever it begins", async () => {
  const projects = [newProject(), newProject()];
  const [project = ""] = projects;
  const items = Array.from({ length: 500 }, (_, index) => ({
    project_id: projects[index % 2],
    id: `r-${index}`,
    all_messages: [{ role: "user", content: "Hi" }],
  }));
  await askJson("POST", "/v1/recordings", { body: items });
  for (let last = 0; last < 20; last += 1) {
    let cursor = "";
    const transactions = await transactionsDuring(async () => {
      for (let page = 0; page < 3; page += 1) {
        const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=50${cursor}`);
        expect(json["recordings"]).toHaveLength(50);
        cursor = `&cursor=${json["next_cursor"]}`;
      }
    });
    const lists = transactions.flat().filter(({ results }) => results.length === 51);
    expect(lists).toHaveLength(3);
    for (const list of lists) expect(list.meta.rows_read).toBeLessThanOrEqual(120);
    // What comes by itself makes no run until the sixteenth.
    await askJson("POST", "/v1/recordings", { body: { project_id: newProject(), all_messages: [{ role: "user", content: "Hi" }] } });
  }
});

test("a wrong limit or cursor is named", async () => {
  const project = newProject();
  for (const [query, path] of [
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["limit=many", "limit"],
    ["cursor=nonsense!", "cursor"],
    ["session_id=no%20spaces", "session_id"],
  ]) {
    expect(await askJson("GET", `/v1/recordings?project_id=${project}&${query}`)).toMatchObject({
      status: 400,
      json: { issues: [{ path }] },
    });
  }
});

test("projects are listed from their first recording or key, to who may see them", async () => {
  const project = newProject();
  await post(project, 1);
  // In the order of their ids: the page behind the id's own beginning.
  const { json: page } = await askJson("GET", `/v1/projects?limit=1&cursor=${project.slice(0, -1)}`);
  expect(page["projects"]).toEqual([{ id: project, created_at: expect.any(String) }]);
  const named = newProject();
  const { json } = await askJson("POST", "/v1/keys", { body: { scope: "read", project_id: named } });
  expect((await askJson("GET", "/v1/projects", { key: json["key"] })).json["projects"]).toMatchObject([{ id: named }]);
});

async function post(project: string, count: number, session = "s"): Promise<void> {
  const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=1`);
  const start = json["recordings"].length === 0 ? 0 : Number(ids(json)[0]?.slice(2)) + 1;
  const body = Array.from({ length: count }, (_, index) => ({
    project_id: project,
    id: `r-${start + index}`,
    session_info: { session_id: session },
    all_messages: [{}],
  }));
  await askJson("POST", "/v1/recordings", { body });
}

function ids(page: Answer): string[] {
  return page["recordings"].map(({ id }: Answer) => id);
}
