import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { TestStack } from "../toolchain/plugins/stack.ts";

// The key that encrypts what Sagewai stores, in states that the real engine makes, also from those of former releases, where a
// RandomBytes held it: in the clear, as its id.

const project = join(import.meta.dirname, "../..");
const NAME = "sagewai-admin-master-key";

/** The program, with one who uses the key: whatever changes for the admin shows there. */
function program(key: string): string {
  return `
    const { SagewaiMasterKey, storedMasterKey, fernetKey } =
      await import(${JSON.stringify(join(project, "components/sagewai-master-key.ts"))});
    const { lastResources, outputsOf } = await import(${JSON.stringify(join(project, "components/last-state.ts"))});
    const { createHash } = await import("node:crypto");
    const parent = new pulumi.ComponentResource("llm-gateway:index:SagewaiAdmin", "sagewai-admin");
    const key = ${key};
    const hash = key.apply((text) => createHash("sha256").update(text).digest("hex"));
    new random.RandomId("user", { byteLength: 2, keepers: { hash } });
    export const value = pulumi.secret(key);`;
}

const former = (protect: boolean) =>
  program(`new random.RandomBytes("${NAME}", { length: 32 }, { parent, protect: ${protect} }).base64.apply(fernetKey)`);
const present = (protect: boolean) =>
  program(
    `new SagewaiMasterKey("${NAME}", storedMasterKey(outputsOf(await lastResources()), "${NAME}"), { parent, protect: ${protect} }).value`,
  );

/** The ways to write a key that somebody would find. */
function forms(key: string): string[] {
  const bytes = Buffer.from(key, "base64url");
  expect(bytes).toHaveLength(32);
  const base64 = [bytes.toString("base64"), bytes.toString("base64url")];
  const hex = bytes.toString("hex");
  return [...base64.map((text) => text.replaceAll("=", "")), hex, hex.toUpperCase()];
}

interface Stored {
  urn: string;
  type: string;
  id?: string;
  protect?: boolean;
}

let stack: TestStack;

async function create(): Promise<void> {
  stack = await TestStack.create();
  const imports = { "#providers/*": "./providers/*" };
  const manifest = { name: "test", type: "module", main: "index.ts", imports };
  await writeFile(join(stack.folder, "package.json"), JSON.stringify(manifest));
  await symlink(join(project, "providers"), join(stack.folder, "providers"));
}

async function stored(): Promise<Stored[]> {
  const state = JSON.parse(await stack.exported()) as { deployment: { resources: Stored[] } };
  return state.deployment.resources.filter(({ urn }) => urn.endsWith(`::${NAME}`));
}

async function expectHidden(value: string): Promise<void> {
  const state = await stack.exported();
  for (const key of value.split(" ")) for (const form of forms(key)) expect(state).not.toContain(form);
}

describe("a new stack", () => {
  beforeAll(create);
  afterAll(() => stack.delete());

  it("gets a key that Fernet takes, which its state has only encrypted", async () => {
    await stack.program(present(false));
    expect(await stack.plan()).toMatchObject({ [NAME]: "create" });
    await stack.up();
    const value = await stack.output("value");
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}=$/);
    await expectHidden(value);
  });

  it("keeps it over previews, updates and refreshes", async () => {
    const value = await stack.output("value");
    expect(await stack.plan()).toEqual({});
    await stack.up();
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    await stack.succeeds("refresh", "--yes", "--skip-preview", "--run-program");
    expect(await stack.plan()).toEqual({});
    expect(await stack.output("value")).toBe(value);
    await expectHidden(value);
  });

  it("gets another one on demand, together with the one before it, and keeps both", async () => {
    const first = await stack.output("value");
    await stack.succeeds("up", "--yes", "--skip-preview", "--replace", `**::${NAME}`);
    const [second = "", ...others] = (await stack.output("value")).split(" ");
    expect(others).toEqual([first]);
    expect(second).not.toBe(first);
    expect(await stack.plan()).toEqual({});
    await stack.succeeds("up", "--yes", "--skip-preview", "--replace", `**::${NAME}`);
    expect((await stack.output("value")).split(" ").slice(1)).toEqual([second]);
    await expectHidden(`${await stack.output("value")} ${first}`);
  });
});

describe.each([true, false])("a stack of a former release, protected: %s", (protect) => {
  let value: string;

  beforeAll(async () => {
    await create();
    await stack.program(former(protect));
    await stack.up();
    value = await stack.output("value");
  });

  afterAll(async () => {
    await stack.program(present(false));
    await stack.up();
    await stack.delete();
  });

  it("has its key in the clear", async () => {
    expect(await stored()).toMatchObject([{ id: Buffer.from(value, "base64url").toString("base64") }]);
  });

  it("shows in its preview what moves, and no change of what uses the key", async () => {
    await stack.program(present(protect));
    expect(await stack.plan()).toEqual({ [NAME]: "create" });
    expect(await stack.succeeds("preview")).toContain("run `up` once more");
  });

  it("loses nothing by an update of something else, nor by a refresh", async () => {
    await stack.succeeds("up", "--yes", "--skip-preview", "--target", "**::user");
    await stack.succeeds("refresh", "--yes", "--skip-preview");
    await stack.succeeds("refresh", "--yes", "--skip-preview", "--run-program");
    expect(await stack.output("value")).toBe(value);
    expect((await stored()).map(({ type }) => type)).toEqual(["random:index/randomBytes:RandomBytes"]);
  });

  it("goes on with its key after one update, and the next one takes it out of the clear", async () => {
    await stack.succeeds("up", "--yes", "--skip-preview", "--refresh", "--run-program");
    expect(await stack.output("value")).toBe(value);
    expect(await stack.plan()).toEqual({ [NAME]: "delete" });
    expect(await stack.up()).not.toContain("once more");
    expect(await stack.output("value")).toBe(value);
    await expectHidden(value);
    expect(await stored()).toMatchObject([
      { type: "pulumi-nodejs:dynamic/sagewai:MasterKey", id: "sagewai-master-key" },
    ]);
  });

  it("shows no change afterwards, and is protected as before", async () => {
    expect(await stack.plan()).toEqual({});
    await stack.up();
    expect((await stored()).map(({ protect = false }) => protect)).toEqual([protect]);
    expect(await stack.output("value")).toBe(value);
    await expectHidden(value);
  });
});
