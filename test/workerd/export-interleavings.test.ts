import { afterAll, beforeAll, expect, test } from "vitest";
import { askJson } from "./collector";
import { checkDelivered } from "./export-invariants";
import { changeRows, consumeWith, depsAhead, type Fault, newScenario, pastLeaseMs, recover, type Scenario } from "./export-scenario";

beforeAll(async () => {
  await askJson("PATCH", "/v1/destinations/default", { body: { paused: true } });
});
afterAll(async () => {
  await askJson("PATCH", "/v1/destinations/default", { body: { paused: false } });
});

/** Where two consumers of one batch stand still, counted from 1: the first until the second stands, the second until the first is done. */
interface Stops {
  first: number;
  second: number;
}

/** What each consumer did, and whether it came to where it was to stand. */
interface Interleaved {
  operations: { first: string[]; second: string[] };
  stood: { first: boolean; second: boolean };
}

/** The first consumer's lease runs out while it stands; `meanwhile` happens while both do. */
async function interleave(scenario: Scenario, at: Stops, meanwhile: () => Promise<void>): Promise<Interleaved> {
  const stood = { first: false, second: false };
  const { promise: firstDone, resolve: finishFirst } = Promise.withResolvers<void>();
  const { promise: secondStands, resolve: standSecond } = Promise.withResolvers<void>();
  let working: Promise<string[]> = Promise.resolve([]);
  const standsUntilFirstIsDone: Fault = async (run) => {
    stood.second = true;
    standSecond();
    await firstDone;
    return await run();
  };
  const standsUntilSecondStands: Fault = async (run) => {
    stood.first = true;
    working = consumeWith(scenario, { [at.second]: standsUntilFirstIsDone }, depsAhead(pastLeaseMs));
    // One that has fewer operations does not stand, but ends.
    await Promise.race([secondStands, working]);
    await meanwhile();
    return await run();
  };
  const first = await consumeWith(scenario, { [at.first]: standsUntilSecondStands });
  finishFirst();
  return { operations: { first, second: await working }, stood };
}

/** One pair of places to stand at, from a new batch to all that follows from it. */
async function checkPair(at: Stops, isGoneBefore: boolean): Promise<Interleaved["stood"]> {
  const scenario = await newScenario("ndjson");
  const change = async () => await changeRows(scenario);
  if (isGoneBefore) await change();
  const { operations, stood } = await interleave(scenario, at, isGoneBefore ? async () => undefined : change);
  await recover(scenario);
  await checkDelivered(scenario).catch((thrown: unknown) => {
    throw new Error(`standing at ${JSON.stringify(at)} of ${JSON.stringify(operations)}: ${String(thrown)}`, { cause: thrown });
  });
  await askJson("DELETE", `/v1/destinations/${scenario.destination}`);
  return stood;
}

// A quarter of the pairs each, others in each row: all of them pass too, in four times the time.
test.for([
  { what: "over changes", isGoneBefore: false },
  { what: "behind deletions", isGoneBefore: true },
])("two consumers, each going on where the other stands, $what, leave no gap and no duplicate", async ({ isGoneBefore }) => {
  let pairs = 0;
  let stood = { first: true, second: true };
  for (let first = 1; stood.first; first += 1) {
    stood = { first: true, second: true };
    for (let second = 1 + ((first + (isGoneBefore ? 2 : 0)) % 4); stood.first && stood.second; second += 4) {
      stood = await checkPair({ first, second }, isGoneBefore);
      pairs += 1;
    }
  }
  // Nine operations of the one, and more of the other, which looks for what the one made.
  expect(pairs).toBeGreaterThan(20);
});
