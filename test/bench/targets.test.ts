import { expect, it } from "vitest";

import type { ContenderName, Figure, Operation } from "../../bench/results.ts";
import { fasterTerraform, targets } from "../../bench/targets.ts";
import { figureOf, results } from "./results.ts";

it("the judgement of targets compares with the faster of the Terraform providers that could do it", () => {
  const measured = results({ "BerriAI create 200": 6, "ncecere create 200": 9, "ncecere raise 200": 5 });

  expect(fasterTerraform(measured, "create", 200)).toBe(6);
  expect(fasterTerraform(measured, "raise", 200)).toBe(5);
  expect(fasterTerraform(measured, "preview", 200)).toBeUndefined();
});

const COMPARED: [ContenderName, Operation, Operation, number, number, number][] = [
  ["BerriAI", "create", "create", 200, 6, 6],
  ["ncecere", "create", "create", 1000, 30, 30],
  ["ncecere", "previewRefresh", "preview", 1000, 5, 2.5],
  ["ncecere", "raise", "raise", 1000, 7, 7],
];

it.each(COMPARED)(
  "the judgement of targets holds against %s's %s how long it takes to %s %i keys",
  (contender, other, operation, keys, theirs, most) => {
    const verdict = (ours: number) =>
      targets(results({ [`${contender} ${other} ${keys}`]: theirs, [`this package ${operation} ${keys}`]: ours })).find(
        ({ promise }) => promise.startsWith(`${operation} ${keys.toLocaleString("en-US")} `),
      );

    expect(verdict(most)?.met).toBe(true);
    expect(verdict(most + 0.1)?.met).toBe(false);
    expect(verdict(most)?.measured).toContain(`(${most.toFixed(1)} s / ${theirs.toFixed(1)} s)`);
  },
);

it("the judgement of targets holds destroying a whole gateway against destroying as many keys", () => {
  const verdict = (ours: number) =>
    met(results({ "BerriAI destroy 1000": 40, "this package destroyGateway 1000": ours }), "destroy a gateway");

  expect(verdict(4)).toBe(true);
  expect(verdict(4.1)).toBe(false);
});

it("the judgement of targets takes the most calls to delete keys of any gateway that was destroyed", () => {
  const destroyed = (keys: number, keyDeletes: number) => ({
    ...figureOf(`this package destroyGateway ${keys}`),
    seconds: 1,
    keyDeletes,
  });
  const verdict = (...figures: Figure[]) => met({ ...results({}), figures }, "no call per key");

  expect(verdict(destroyed(10, 0), destroyed(200, 0))).toBe(true);
  expect(verdict(destroyed(10, 1), destroyed(200, 0))).toBe(false);
});

it("the judgement of targets judges growth by 200 and 1,000 keys", () => {
  expect(met(results({ "this package create 200": 5, "this package create 1000": 30 }), "creating 1,000")).toBe(true);
  expect(met(results({ "this package create 200": 5, "this package create 1000": 31 }), "creating 1,000")).toBe(false);
});

it("the judgement of targets judges the state of the largest number of keys", () => {
  const measured = results({ "this package create 200": 5, "this package create 1000": 30 });
  const state = [
    { contender: "this package", keys: 200, bytes: 1900 },
    { contender: "this package", keys: 1000, bytes: 2100 },
  ] as const;

  expect(met({ ...measured, state: [...state] }, "state per key")).toBe(false);
  expect(met({ ...measured, state: state.slice(0, 1) }, "state per key")).toBeUndefined();
});

it.each(["preview", "up"] as const)(
  "the judgement of targets holds the fixed cost of %s against an empty program, of each round",
  (command) => {
    const verdict = (...ours: number[]) => {
      const rounds = ours.map((processorSeconds, round) => ({
        empty: { seconds: 1, processorSeconds: round + 1 },
        ours: { seconds: 9, processorSeconds },
      }));
      return met(results({}, { fixed: [{ command, rounds }] }), `${command} without a change`);
    };

    expect(verdict(1.5, 30, 4.5)).toBe(true);
    expect(verdict(1.6, 3, 4.7)).toBe(false);
  },
);

it("the judgement of targets holds the time to the first resource against an empty program's", () => {
  const verdict = (...ours: number[]) => {
    const rounds = ours.map((seconds, round) => ({ empty: { seconds: round + 1 }, ours: { seconds } }));
    return met(results({}, { fixed: [{ command: "start", rounds }] }), "the first resource of a preview");
  };

  expect(verdict(1.5, 30, 4.5)).toBe(true);
  expect(verdict(1.6, 3, 4.7)).toBe(false);
});

it("the judgement of targets judges the most memory that commands about ten keys held", () => {
  const of = (name: string, megabytes: number) => ({ ...figureOf(`this package ${name} 10`), seconds: 1, megabytes });
  const verdict = (...figures: Figure[]) => met({ ...results({}), figures }, "peak memory");

  expect(verdict(of("create", 565), of("raise", 400), of("destroyGateway", 900))).toBe(true);
  expect(verdict(of("create", 566), of("raise", 400))).toBe(false);
});

it("the judgement of targets judges nothing that was not measured", () => {
  const verdicts = targets(results({ "raw API create 10": 1 }));

  expect(verdicts.filter((target) => target.met !== undefined)).toEqual([]);
});

function met(measured: Parameters<typeof targets>[0], words: string): boolean | undefined {
  const [target, ...others] = targets(measured).filter(({ promise }) => promise.includes(words));
  expect(target).toBeDefined();
  expect(others).toEqual([]);
  return target?.met;
}
