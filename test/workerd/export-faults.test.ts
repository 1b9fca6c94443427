import { afterAll, beforeAll, expect, test } from "vitest";
import { askJson } from "./collector";
import { checkDelivered } from "./export-invariants";
import {
  changeRows,
  consume,
  consumeWith,
  depsAhead,
  type Fault,
  newScenario,
  pastLeaseMs,
  recover,
  type Scenario,
} from "./export-scenario";

beforeAll(async () => {
  await askJson("PATCH", "/v1/destinations/default", { body: { paused: true } });
});
afterAll(async () => {
  await askJson("PATCH", "/v1/destinations/default", { body: { paused: false } });
});

const lost = () => new Error("Network connection lost.");
const throwsBefore: Fault = async () => await Promise.reject(lost());
const throwsAfter: Fault = async (run) => {
  await run();
  throw lost();
};
const diesBefore: Fault = async (_run, die) => await die();
const diesAfter: Fault = async (run, die) => {
  await run();
  return await die();
};
const secondComes: Fault = async (run, _die, scenario) => {
  await consume(scenario);
  return await run();
};
const secondComesPastLease: Fault = async (run, _die, scenario) => {
  await consume(scenario, pastLeaseMs);
  return await run();
};
const secondComesPastLeaseAfter: Fault = async (run, _die, scenario) => {
  const done = await run();
  await consume(scenario, pastLeaseMs);
  return done;
};
const muchLaterComes: Fault = async (run, _die, scenario) => {
  await consume(scenario, 5 * pastLeaseMs);
  return await run();
};
const thirdComesPastLease: Fault = async (run, _die, scenario) => {
  await consume(scenario, 2 * pastLeaseMs);
  return await run();
};
/** Rows change, then the fault comes. */
const changesThen =
  (fault: Fault): Fault =>
  async (run, die, scenario) => {
    await changeRows(scenario);
    return await fault(run, die, scenario);
  };
/** The fault comes, and while it is under way, once the second consumer is done, rows change. */
const changesBetween: Fault = async (run, _die, scenario) => {
  await consume(scenario, pastLeaseMs);
  await changeRows(scenario);
  return await run();
};
const nothing: Fault = async (run) => await run();

/** Delivers once for every operation, with a fault at it, until there is none left to have one; each time all is well in the end. */
async function atEachOperation(format: string, deliver: (scenario: Scenario, at: number) => Promise<string[]>): Promise<void> {
  let operations: string[] = [];
  let at = 1;
  for (; at === 1 || at - 1 <= operations.length; at += 1) {
    const scenario = await newScenario(format);
    operations = await deliver(scenario, at);
    await recover(scenario);
    await checkDelivered(scenario).catch((thrown: unknown) => {
      throw new Error(`with a fault at operation ${at} of ${operations.join(", ")}: ${String(thrown)}`, { cause: thrown });
    });
    await askJson("DELETE", `/v1/destinations/${scenario.destination}`);
    if (operations.length < at) break;
  }
  expect(at).toBeGreaterThan(9);
}

const faults: [string, Fault][] = [
  ["that throws before it is done", throwsBefore],
  ["that throws after it was done", throwsAfter],
  ["at which the consumer dies before it is done", diesBefore],
  ["at which the consumer dies after it was done", diesAfter],
  ["during which a second consumer comes while the first has its lease", secondComes],
  ["before which a second consumer delivers after the lease ran out", secondComesPastLease],
  ["after which a second consumer delivers after the lease ran out", secondComesPastLeaseAfter],
  ["during which rows change", changesThen(nothing)],
  ["during which rows change, and which throws after it was done", changesThen(throwsAfter)],
  ["during which rows change, and the consumer dies before it is done", changesThen(diesBefore)],
  ["during which rows change, and the consumer dies after it was done", changesThen(diesAfter)],
  ["during which rows change, and a second consumer delivers after the lease ran out", changesThen(secondComesPastLease)],
  ["during which a second consumer delivers after the lease ran out, and rows change behind it", changesBetween],
];

test.each(faults)("a delivery with an operation %s leaves no gap and no duplicate", async (_name, fault) => {
  await atEachOperation("ndjson", async (scenario, at) => await consumeWith(scenario, { [at]: fault }));
});

test.each([
  ["throws after it was done", throwsAfter],
  ["is the consumer's last", changesThen(diesAfter)],
  ["has a second consumer deliver past the lease", changesThen(secondComesPastLease)],
] as [string, Fault][])("Parquet of a delivery of which an operation %s is what its manifest says", async (_name, fault) => {
  await atEachOperation("parquet", async (scenario, at) => await consumeWith(scenario, { [at]: fault }));
});

test.each([
  ["before", diesBefore],
  ["after", diesAfter],
])("the only row of an object is deleted before the delivery, whose consumer dies %s an operation", async (_name, fault) => {
  await atEachOperation("ndjson", async (scenario, at) => {
    await changeRows(scenario);
    return await consumeWith(scenario, { [at]: fault });
  });
});

test("the only row of an object is deleted before the delivery, of which a second consumer makes its own past the lease", async () => {
  await atEachOperation("ndjson", async (scenario, at) => {
    await changeRows(scenario);
    return await consumeWith(scenario, { [at]: secondComesPastLease });
  });
});

test.each([
  ["throws", throwsBefore, throwsAfter],
  ["dies before it is put off", throwsAfter, diesBefore],
  ["dies once it is put off", throwsBefore, diesAfter],
])("a delivery that fails at an operation, and whose consumer then %s, leaves no gap and no duplicate", async (_name, first, then) => {
  await atEachOperation("ndjson", async (scenario, at) => await consumeWith(scenario, { [at]: first, [at + 1]: then }));
});

test.each([
  ["throws after it was done", throwsAfter],
  ["is the consumer's last", changesThen(diesBefore)],
  ["has a third consumer deliver past the lease", changesThen(thirdComesPastLease)],
] as [string, Fault][])("a second attempt, behind a consumer that died between objects, of which an operation %s", async (_name, fault) => {
  await atEachOperation("ndjson", async (scenario, at) => {
    expect(await consumeWith(scenario, { 6: diesAfter })).toHaveLength(6);
    const operations = await consumeWith(scenario, { [at]: fault }, depsAhead(pastLeaseMs));
    expect(at < 4 || operations.includes("head")).toBe(true);
    return operations;
  });
});

test.each([
  ["throws after it was done", throwsAfter],
  ["has another consumer deliver past the lease", changesThen(muchLaterComes)],
] as [string, Fault][])("a consumer so slow that it renews its lease, of which an operation %s", async (_name, fault) => {
  let most = 0;
  await atEachOperation("ndjson", async (scenario, at) => {
    let aheadMs = 0;
    const slowly =
      (then: Fault): Fault =>
      async (...values) => {
        aheadMs += 25_000;
        return await then(...values);
      };
    const faultsAt = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [index + 1, slowly(index + 1 === at ? fault : nothing)]));
    const operations = await consumeWith(scenario, faultsAt, { ...depsAhead(), now: () => Date.now() + aheadMs });
    most = Math.max(most, operations.length);
    return operations;
  });
  // Ten without a renewal.
  expect(most).toBeGreaterThan(12);
});

test("Parquet of which an object's only row is deleted before the delivery is what its manifest says", async () => {
  await atEachOperation("parquet", async (scenario, at) => {
    await changeRows(scenario);
    return await consumeWith(scenario, { [at]: diesAfter });
  });
});
