import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { Batcher } from "../../../providers/litellm/batched-calls.ts";

/** Answers each question by itself in capitals, and remembers what was asked together. */
function listener() {
  const asked: string[][] = [];
  const together = new Batcher((questions: string[]) => {
    asked.push(questions);
    return questions.map(async (question) => {
      if (question === "wrong") throw new Error("a wrong question");
      return question.toUpperCase();
    });
  });
  return { asked, together };
}

const names = (...of: string[]) => new Map(of.map((name) => [name, name] as const));

describe("tasks that work together", () => {
  it("ask together, however long each takes to get there", async () => {
    const { asked, together } = listener();
    const results = await together.forEach(names("a", "b", "c"), async (name) => {
      await sleep(name === "b" ? 30 : 1);
      const first = await together.ask(`${name}1`);
      return name === "c" ? first : `${first} ${await together.ask(`${name}2`)}`;
    });
    expect(asked).toEqual([
      ["a1", "c1", "b1"],
      ["a2", "b2"],
    ]);
    expect(Object.fromEntries(results)).toEqual({
      a: { status: "fulfilled", value: "A1 A2" },
      b: { status: "fulfilled", value: "B1 B2" },
      c: { status: "fulfilled", value: "C1" },
    });
  });

  it("do not wait for one that fails, nor fail with it", async () => {
    const { asked, together } = listener();
    const results = await together.forEach(names("a", "broken", "wrong"), async (name) => {
      await sleep(1);
      if (name === "broken") throw new Error("broken");
      return together.ask(name);
    });
    expect(asked).toEqual([["a", "wrong"]]);
    expect([...results.values()].map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  });

  it("are no more than one, if there is but one", async () => {
    const { asked, together } = listener();
    expect(await together.ask("alone")).toBe("ALONE");
    expect(await together.forEach(new Map<string, string>(), () => together.ask("never"))).toEqual(new Map());
    expect(asked).toEqual([["alone"]]);
  });
});
