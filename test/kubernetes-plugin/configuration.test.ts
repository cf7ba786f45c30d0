import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as yaml from "yaml";

import { UNKNOWN } from "../../toolchain/plugins/properties.ts";
import { configuration } from "./configuration.ts";

function kubeconfig(server: string): string {
  return yaml.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "one", cluster: { server } }],
    contexts: [{ name: "one", context: { cluster: "one", user: "one", namespace: "of-context" } }],
    users: [{ name: "one", user: { token: "token" } }],
    "current-context": "one",
  });
}

beforeEach(() => vi.stubEnv("KUBECONFIG", undefined));
afterEach(() => vi.unstubAllEnvs());

describe("configuration", () => {
  it("takes the namespace of the provider, else that of the context", () => {
    const own = { kubeconfig: kubeconfig("https://127.0.0.1:6443") };
    expect(configuration({ ...own, namespace: "mine", enablePatchForce: "true" })).toMatchObject({
      namespace: "mine",
      force: true,
    });
    expect(configuration(own)).toMatchObject({ namespace: "of-context", force: false });
  });

  it("knows no cluster while its kubeconfig is not known", () => {
    expect(configuration({ kubeconfig: UNKNOWN }).cluster).toBeUndefined();
  });

  it.each([
    ["a cluster elsewhere", { kubeconfig: kubeconfig("https://10.0.0.1:6443") }, "this one is https://10.0.0.1:6443"],
    [
      "a host that only begins like one",
      { kubeconfig: kubeconfig("https://127.0.0.1.example.com") },
      "loopback address",
    ],
    ["no cluster", { kubeconfig: "apiVersion: v1\nkind: Config\n" }, "there is none in the kubeconfig"],
    ["no kubeconfig", {}, "needs a kubeconfig, or KUBECONFIG"],
    ["client-side apply", { enableServerSideApply: "false" }, "only applies server-side"],
  ])("refuses %s", (_, properties, message) => {
    expect(() => configuration(properties)).toThrow(message);
  });
});
