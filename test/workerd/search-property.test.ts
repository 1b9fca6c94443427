import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eachCondition, randomFrom, randomWorld, wireFilter } from "./search-filters";
import { expectedIds, rowsOf, type Scope } from "./search-oracle";
import { searchAll } from "./search-requests";
import { insertWorld, removeWorlds, worldProject } from "./search-world";

afterAll(removeWorlds);

const scopes = ["completions", "sessions", "traces"] as const;
const project = worldProject();
const rows = new Map<Scope, ReturnType<typeof rowsOf>>();

beforeAll(async () => {
  const world = randomWorld(300, randomFrom(7));
  await insertWorld(worldProject(), randomWorld(50, randomFrom(8)));
  await insertWorld(project, world);
  for (const scope of scopes) rows.set(scope, rowsOf(world, scope));
});

test.for(scopes)("each field with each operator finds the same %s as plain TypeScript over all rows", async (scope) => {
  for (const condition of eachCondition) {
    const found = (await searchAll(project, scope, condition, 100)).ids;
    expect([condition, found]).toEqual([condition, expectedIds(condition, scope, rows.get(scope) ?? [])]);
  }
});

test("so does any filter, in its order, through all pages", async () => {
  const scope = fc.constantFrom<Scope>("completions", ...scopes);
  const property = fc.asyncProperty(
    wireFilter,
    scope,
    fc.integer({ min: 20, max: 100 }),
    fc.boolean(),
    async (filter, of, size, byNumber) => {
      expect((await searchAll(project, of, filter, size, byNumber)).ids).toEqual(expectedIds(filter, of, rows.get(of) ?? []));
    },
  );
  await fc.assert(property, { numRuns: 100 });
});
