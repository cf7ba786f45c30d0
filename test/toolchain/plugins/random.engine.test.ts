import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { TestStack } from "./stack.ts";

let stack: TestStack;

function program(version: number): string {
  return `
    const keepers = { version: "${version}" };
    const password = new random.RandomPassword("password", { length: 20, minNumeric: 3, keepers });
    const bytes = new random.RandomBytes("bytes", { length: 32 });
    new random.RandomString("string", { length: 12, special: false });
    new random.RandomId("id", { byteLength: 3, prefix: "x-" });
    export const secrets = pulumi.all([password.result, bytes.base64, bytes.hex]).apply(JSON.stringify);`;
}

beforeAll(async () => {
  stack = await TestStack.create();
  await stack.program(program(1));
  await stack.up();
});

afterAll(() => stack.delete());

describe("the offline random plugin", () => {
  it("keeps what it drew, over updates and refreshes", async () => {
    const before = await stack.output("secrets");
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({});
    await stack.up();
    expect(await stack.output("secrets")).toBe(before);
  });

  it("keeps secret results encrypted in state", async () => {
    const secrets = JSON.parse(await stack.output("secrets")) as string[];
    const state = await stack.exported();
    expect(secrets).toHaveLength(3);
    for (const secret of secrets) expect(state).not.toContain(secret);
  });

  it("has the outputs of the official plugin, whose defaults they show", async () => {
    const { result, ...rest } = await stack.outputs("string");
    expect(result).toMatch(/^[A-Za-z0-9]{12}$/);
    expect(rest).toEqual({
      length: 12,
      lower: true,
      upper: true,
      numeric: true,
      number: true,
      special: false,
      minLower: 0,
      minUpper: 0,
      minNumeric: 0,
      minSpecial: 0,
    });
    const id = await stack.outputs("id");
    const bytes = Buffer.from(String(id["hex"]).slice(2), "hex");
    expect(id).toEqual({
      byteLength: 3,
      prefix: "x-",
      hex: `x-${bytes.toString("hex")}`,
      dec: `x-${bytes.readUIntBE(0, 3)}`,
      b64Std: `x-${bytes.toString("base64")}`,
      b64Url: `x-${bytes.toString("base64url")}`,
    });
  });

  it("draws anew when a keeper changes", async () => {
    const before = await stack.output("secrets");
    await stack.program(program(2));
    expect(await stack.plan()).toMatchObject({ password: "replace" });
    await stack.up();
    expect(await stack.output("secrets")).not.toBe(before);
  });
});
