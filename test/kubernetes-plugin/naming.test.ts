import { describe, expect, it } from "vitest";

import { UNKNOWN } from "../../toolchain/plugins/properties.ts";
import { idOf, isAutonamed, kindOfToken, named } from "./naming.ts";

const source = { resource: "settings", seed: Uint8Array.of(1, 2, 3) };
const TOKEN = "kubernetes:core/v1:ConfigMap";

describe("named", () => {
  it("makes up a name for an object without one, the same for one seed", () => {
    const first = named({ data: { a: "1" } }, {}, TOKEN, source);
    expect(first).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", data: { a: "1" } });
    expect(first.metadata.name).toMatch(/^settings-[0-9a-f]{8}$/);
    expect(isAutonamed(first)).toBe(true);
    expect(named({}, {}, TOKEN, source).metadata).toEqual(first.metadata);
    expect(named({}, {}, TOKEN, { ...source, seed: Uint8Array.of(4) }).metadata.name).not.toBe(first.metadata.name);
    expect(named({}, {}, TOKEN, { ...source, proposed: "wanted" }).metadata.name).toBe("wanted");
  });

  it("keeps the name that it made up before", () => {
    const before = named({}, {}, TOKEN, source);
    const again = named({ metadata: { labels: { a: "b" } } }, { ...before }, TOKEN, {
      ...source,
      seed: Uint8Array.of(4),
    });
    expect(again.metadata).toEqual({ ...before.metadata, labels: { a: "b" } });
  });

  it.each(["mine", UNKNOWN])("leaves the name %s alone", (name) => {
    const object = named({ metadata: { name } }, {}, TOKEN, source);
    expect(object.metadata).toEqual({ name });
    expect(isAutonamed(object)).toBe(false);
  });
});

it("the plugin reads type tokens of built-in and custom kinds", () => {
  expect(kindOfToken(TOKEN)).toEqual({ apiVersion: "v1", kind: "ConfigMap" });
  expect(kindOfToken("kubernetes:apps/v1:Deployment")).toEqual({ apiVersion: "apps/v1", kind: "Deployment" });
  const custom = { apiVersion: "example.com/v1beta1", kind: "Thing" };
  expect(kindOfToken("kubernetes:example.com/v1beta1:Thing")).toEqual(custom);
});

it("the plugin identifies objects by namespace and name", () => {
  const object = { apiVersion: "v1", kind: "Namespace" };
  expect(idOf({ ...object, metadata: { name: "a" } })).toBe("a");
  expect(idOf({ ...object, metadata: { name: "a", namespace: "b" } })).toBe("b/a");
});
