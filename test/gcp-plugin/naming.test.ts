import { expect, it } from "vitest";

import { named } from "./naming.ts";

const source = { resource: "gateway-network", seed: new Uint8Array([1, 2, 3]) };

it("the plugin makes a name up from that of the resource, the same one for the same seed", () => {
  const name = named({}, {}, 63, source)["name"];
  expect(name).toMatch(/^gateway-network-[0-9a-f]{7}$/);
  expect(named({}, {}, 63, source)["name"]).toBe(name);
  expect(named({}, {}, 63, { ...source, seed: new Uint8Array() })["name"]).not.toBe(name);
});

it("the plugin keeps the name that is there, but for one of the program's", () => {
  expect(named({}, { name: "gateway-network-0123abc" }, 63, source)).toEqual({ name: "gateway-network-0123abc" });
  expect(named({ name: "mine" }, { name: "gateway-network-0123abc" }, 63, source)).toEqual({ name: "mine" });
  expect(named({}, {}, 63, { ...source, proposed: "configured" })).toEqual({ name: "configured" });
});

it("the plugin refuses a resource's name that leaves no room for the digits", () => {
  const long = { ...source, resource: "n".repeat(56) };
  expect(() => named({}, {}, 63, long)).toThrow("plus 7 random chars is longer than maximum length 63");
  expect(named({}, {}, 63, { ...source, resource: "n".repeat(55) })["name"]).toHaveLength(63);
});
