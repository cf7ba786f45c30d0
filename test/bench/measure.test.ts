import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { keyAliases, type Contender } from "../../bench/contender.ts";
import { DRIFT, measure } from "../../bench/measure.ts";
import { ProxyStub } from "./proxy-stub.ts";

/** More than one page of LiteLLM's list. */
const KEYS = 250;

const TIMING = { seconds: 1 };

let stub: ProxyStub;
let done: string[];

beforeEach(async () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  stub = await ProxyStub.start();
  done = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await stub[Symbol.asyncDispose]();
});

/** A contender whose keys are made and deleted at once. */
function contenderWith(others: Partial<Contender> = {}): Contender {
  const self: Contender = {
    name: "BerriAI",
    alias: (index) => `key-${index}`,
    operations: {
      create: (keys) => {
        done.push("create");
        stub.keys = keyAliases(self, keys).map((alias) => ({ alias, token: `token of ${alias}`, budget: 50 }));
        return Promise.resolve(TIMING);
      },
      destroy: () => {
        done.push("destroy");
        stub.keys = [];
        return Promise.resolve(TIMING);
      },
      refresh: () => {
        done.push("refresh");
        return Promise.resolve(TIMING);
      },
      destroyGateway: () => {
        done.push(`destroyGateway with ${stub.keys.length}`);
        return Promise.resolve({ ...TIMING, keyDeletes: 0 });
      },
    },
    ...others,
  };
  return self;
}

it("the measurement gives the figures of an operation that did all", async () => {
  expect(await measure(stub.proxy, contenderWith(), "create", KEYS)).toEqual({
    contender: "BerriAI",
    keys: KEYS,
    operation: "create",
    seconds: 1,
  });
});

it("the measurement makes the keys again that were destroyed before the whole gateway is", async () => {
  const contender = contenderWith();
  for (const operation of ["create", "destroy", "destroyGateway"] as const) {
    expect(await measure(stub.proxy, contender, operation, KEYS)).toMatchObject({ seconds: 1 });
  }
  expect(done).toEqual(["create", "destroy", "create", `destroyGateway with ${KEYS}`]);
});

it("the measurement doesn't time an operation whose keys are not all there", async () => {
  const contender = contenderWith();
  await measure(stub.proxy, contender, "create", KEYS);
  stub.keys = stub.keys.slice(1);

  const figure = await measure(stub.proxy, contender, "destroy", KEYS);
  expect(figure.failure).toBe(`error: before destroy, LiteLLM lists ${KEYS - 1} keys, not ${KEYS}`);
  expect(figure.seconds).toBeUndefined();
  expect(done).toEqual(["create"]);
});

it("the measurement lets a refresh pass whose state tells what was changed meanwhile, and changes it back", async () => {
  const contender = contenderWith({ state: () => Promise.resolve(JSON.stringify(stub.keys)) });
  await measure(stub.proxy, contender, "create", KEYS);

  expect(await measure(stub.proxy, contender, "refresh", KEYS)).toMatchObject({ seconds: 1 });
  expect(stub.keys.map(({ budget }) => budget)).not.toContain(DRIFT);
});

it("the measurement refuses a refresh that reads nothing", async () => {
  const contender = contenderWith({ state: () => Promise.resolve("as before") });
  await measure(stub.proxy, contender, "create", KEYS);

  expect((await measure(stub.proxy, contender, "refresh", KEYS)).failure).toContain("its state does not tell");
  expect(done).toEqual(["create", "refresh"]);
});
