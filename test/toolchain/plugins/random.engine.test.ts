import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { importOfficialState } from "./official-state.ts";
import { TestStack } from "./stack.ts";

// Each expectation is what the official plugin 4.21.2 does, built from its source and run with the same programs.

let stack: TestStack;

interface Resource {
  urn: string;
  id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

async function resource(name: string): Promise<Resource> {
  const { deployment } = JSON.parse(await stack.exported()) as { deployment: { resources: Resource[] } };
  const found = deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (!found) throw new Error(`there is no ${name} in state`);
  return found;
}

describe("the offline random plugin", () => {
  const program = (version: number) => `
    const keepers = { version: "${version}" };
    const password = new random.RandomPassword("password", { length: 20, minNumeric: 3, keepers });
    const bytes = new random.RandomBytes("bytes", { length: 32 });
    new random.RandomString("string", { length: 12, special: false });
    new random.RandomId("id", { byteLength: 3, prefix: "x-" });
    export const secrets = pulumi.all([password.result, bytes.base64, bytes.hex]).apply(JSON.stringify);`;

  beforeAll(async () => {
    stack = await TestStack.create();
    await stack.program(program(1));
    await stack.up();
  });

  afterAll(() => stack.delete());

  it("keeps what it drew, over updates and refreshes", async () => {
    const before = await stack.output("secrets");
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await stack.plan()).toEqual({});
    await stack.up();
    expect(await stack.output("secrets")).toBe(before);
  });

  it("keeps secret results encrypted in state, but for the id of RandomBytes, which is the secret itself", async () => {
    const [password = "", base64 = "", hex = ""] = JSON.parse(await stack.output("secrets")) as string[];
    const state = await stack.exported();
    for (const secret of [password, hex]) expect(state).not.toContain(secret);
    expect((await resource("bytes")).id).toBe(base64);
    expect(state.replace(base64, "")).not.toContain(base64);
  });

  it("has the outputs of the official plugin, whose defaults they show", async () => {
    const { result, id: text, ...rest } = await stack.outputs("string");
    expect(result).toMatch(/^[A-Za-z0-9]{12}$/);
    expect([text, (await resource("string")).id]).toEqual([result, result]);
    const defaults = { lower: true, upper: true, numeric: true, number: true };
    const minima = { minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 };
    expect(rest).toEqual({ length: 12, ...defaults, special: false, ...minima });
    expect(await stack.outputs("password")).toMatchObject({ id: "none", ...defaults, ...minima, minNumeric: 3 });
    expect((await resource("password")).id).toBe("none");
    const id = await stack.outputs("id");
    const bytes = Buffer.from(String(id["hex"]).slice(2), "hex");
    expect(id).toEqual({
      id: bytes.toString("base64url"),
      byteLength: 3,
      prefix: "x-",
      hex: `x-${bytes.toString("hex")}`,
      dec: `x-${bytes.readUIntBE(0, 3)}`,
      b64Std: `x-${bytes.toString("base64")}`,
      b64Url: `x-${bytes.toString("base64url")}`,
    });
    expect(Object.keys(await stack.outputs("bytes")).sort()).toEqual(["base64", "hex", "length"]);
  });

  it("draws again when a keeper changes", async () => {
    const before = await stack.output("secrets");
    await stack.program(program(2));
    expect(await stack.plan()).toMatchObject({ password: "replace" });
    await stack.up();
    expect(await stack.output("secrets")).not.toBe(before);
  });
});

describe("what a change does", () => {
  const CHANGES: Record<string, [before: string, after: string, step: "replace" | "update" | "same"]> = {
    length: ["", "length: 9", "replace"],
    special: ["", "special: false", "replace"],
    "default-that-is-set": ["", "special: true", "same"],
    minimum: ["", "minLower: 1", "replace"],
    "keepers-set": ["", 'keepers: { a: "1" }', "replace"],
    "keepers-gone": ['keepers: { a: "1" }', "", "replace"],
    "more-keepers": ['keepers: { a: "1" }', 'keepers: { a: "1", b: "2" }', "replace"],
    "no-keepers-set": ["", "keepers: {}", "update"],
    "no-keepers-gone": ["keepers: {}", "", "update"],
    "override-set": ["", 'overrideSpecial: "!"', "replace"],
    "empty-override-set": ["", 'overrideSpecial: ""', "replace"],
    "empty-override-gone": ['overrideSpecial: ""', "", "update"],
  };

  beforeAll(async () => {
    stack = await TestStack.create();
  });

  afterAll(() => stack.delete());

  const program = (side: 0 | 1) =>
    Object.entries(CHANGES)
      .map(([name, change]) => `new random.RandomPassword("${name}", { length: 8, ${change[side]} });`)
      .join("\n");

  it("replaces what can't change, and nothing else", async () => {
    await stack.program(program(0));
    await stack.up();
    await stack.program(program(1));
    const steps = Object.entries(CHANGES).map(([name, [, , step]]) => [name, step] as const);
    expect(await stack.plan()).toEqual(Object.fromEntries(steps.filter(([, step]) => step !== "same")));
    await stack.up();
    expect(await stack.plan()).toEqual({});
  });
});

describe("import", () => {
  beforeEach(async () => {
    stack = await TestStack.create();
  });

  afterEach(() => stack.delete());

  const imported = (type: string, id: string) => {
    const options = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
    return ["import", `random:index/random${type}:Random${type}`, "it", id, ...options];
  };

  it("takes a password by its value, which is in the clear nowhere", async () => {
    await stack.succeeds(...imported("Password", "Abc!1234"));
    expect(await resource("it")).toMatchObject({ id: "none", outputs: { id: "none", length: 8, special: true } });
    expect(await stack.exported()).not.toContain("Abc!1234");
    await stack.program(`export const value = new random.RandomPassword("it", { length: 8 }).result;`);
    expect(await stack.plan()).toEqual({});
    await stack.up();
    expect(await stack.output("value")).toBe("Abc!1234");
  });

  it("takes an id with its prefix, and refuses another text", async () => {
    expect(await stack.fails(...imported("Id", "my,!!"))).toContain("must be base64url");
    await stack.succeeds(...imported("Id", "my,lQU"));
    const notations = { b64Std: "mylQU=", b64Url: "mylQU", dec: "my38149", hex: "my9505" };
    expect(await resource("it")).toMatchObject({ id: "lQU", outputs: { byteLength: 2, prefix: "my", ...notations } });
  });
});

describe("a state that the official plugin wrote", () => {
  beforeAll(async () => {
    stack = await TestStack.create();
    await importOfficialState(stack, "random-official-state.json");
    await stack.program(`
      new random.RandomPassword("password", { length: 32, special: false });
      new random.RandomPassword("kept", { length: 20, minNumeric: 3, keepers: { version: "1" } });
      new random.RandomBytes("bytes", { length: 32 });
      new random.RandomString("string", { length: 12, special: false });
      new random.RandomId("id", { byteLength: 3, prefix: "x-" });`);
  });

  afterAll(() => stack.delete());

  const NAMES = ["password", "kept", "bytes", "string", "id"];
  /** Ids and outputs, without what is encrypted, which differs each time. */
  const shapes = async () => {
    const hide = (_key: string, value: unknown) =>
      typeof value === "object" && value !== null && "ciphertext" in value ? "[secret]" : value;
    const resources = await Promise.all(NAMES.map(resource));
    return resources.map(({ id, outputs }) => JSON.parse(JSON.stringify({ id, outputs }, hide)) as object);
  };

  it("is read without a change, and left as it is, with what the official plugin remembers there", async () => {
    const before = await shapes();
    expect(before).toMatchObject([
      { outputs: { __meta: '{"schema_version":"3"}', bcryptHash: "[secret]" } },
      {},
      {},
      {},
      {},
    ]);
    expect(await stack.plan()).toEqual({});
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    expect(await shapes()).toEqual(before);
    await stack.up();
    expect(await stack.plan()).toEqual({});
    expect(await shapes()).toEqual(before);
  });
});
