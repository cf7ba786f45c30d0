import { describe, expect, it } from "vitest";

import { fromWire, isUnknown, toWire, UNKNOWN } from "../../../toolchain/plugins/properties.ts";

describe("properties on the wire", () => {
  it("come back as they went, with what was secret", () => {
    const values = { text: "a", number: 1.5, flag: false, list: ["a", 1], map: { deep: { key: "value" } } };
    const secrets = new Set(["text", "map"]);
    expect(fromWire(toWire(values, secrets))).toEqual({ values, secrets });
  });

  it("are secret as a whole when a part of them is", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hidden" };
    const wire = toWire({ list: ["open", { inner: secret }], other: "open" }, new Set());
    expect(fromWire(wire)).toEqual({
      values: { list: ["open", { inner: "hidden" }], other: "open" },
      secrets: new Set(["list"]),
    });
  });

  it("leave out what is undefined, null, or the engine's own", () => {
    expect(fromWire(toWire({ a: undefined, b: null, __meta: "{}", c: "" }, new Set())).values).toEqual({ c: "" });
  });

  it("are unknown when a part of them is", () => {
    expect([UNKNOWN, { a: [UNKNOWN] }, { a: ["b"] }, null, 0].map(isUnknown)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
