import { describe, expect, it } from "vitest";

import { provider } from "../../../providers/sagewai/master-key.ts";

const KEY = /^[A-Za-z0-9_-]{43}=$/;

describe("the master key of Sagewai", () => {
  it("is 32 random bytes as Fernet wants them, with an id that says nothing of them", async () => {
    const keys = await Promise.all([1, 2, 3].map(async () => (await provider.create({})).outs?.keys));
    for (const key of keys) expect(key).toMatch(KEY);
    expect(new Set(keys).size).toBe(3);
    expect((await provider.create({})).id).toBe("sagewai-master-key");
  });

  it("goes on where another resource has held it", async () => {
    const { id, outs } = await provider.create({ takenOver: "a-key" });
    expect({ id, outs }).toEqual({ id: "sagewai-master-key", outs: { keys: "a-key" } });
  });

  it("is replaced by a new one with the one before it, and no older one", async () => {
    const [key, ...others] = (await provider.create({ present: "second first" })).outs?.keys.split(" ") ?? [];
    expect(key).toMatch(KEY);
    expect(others).toEqual(["second"]);
  });

  it("stays as it is whatever an update knows of it", async () => {
    const state = { keys: "second first" };
    expect(await provider.diff("sagewai-master-key", state, { present: "second first" })).toEqual({ changes: false });
    expect(await provider.update("sagewai-master-key", state, { present: "second first" })).toEqual({ outs: state });
    expect(await provider.read("sagewai-master-key", state)).toEqual({ id: "sagewai-master-key", props: state });
  });
});
