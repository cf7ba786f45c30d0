import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { UNKNOWN } from "../../toolchain/plugins/properties.ts";
import type { Values } from "../../toolchain/plugins/properties.ts";
import { providerChanges } from "./provider-changes.ts";

function kubeconfig(server: string, token = "token"): string {
  return yaml.stringify({
    clusters: [
      { name: "one", cluster: { server } },
      { name: "two", cluster: { server: "https://127.0.0.1:2" } },
    ],
    contexts: ["one", "two"].map((name) => ({ name, context: { cluster: name, user: "user" } })),
    users: [{ name: "user", user: { token } }],
    "current-context": "one",
  });
}

const own = { kubeconfig: kubeconfig("https://127.0.0.1:1") };

describe("providerChanges", () => {
  it.each<[string, Values, Values, string[]]>([
    ["nothing", own, own, []],
    ["another token", own, { kubeconfig: kubeconfig("https://127.0.0.1:1", "other") }, ["update kubeconfig"]],
    ["another server", own, { kubeconfig: kubeconfig("https://127.0.0.1:3") }, ["replace kubeconfig"]],
    ["another context", own, { ...own, context: "two" }, ["replace context"]],
    ["another context of the machine's kubeconfig", { context: "one" }, { context: "two" }, ["update context"]],
    ["a cluster that is not known yet", own, { kubeconfig: UNKNOWN, namespace: "space" }, ["replace kubeconfig"]],
    ["another namespace", own, { ...own, namespace: "space" }, ["update namespace"]],
  ])("tells what %s does to all that was made through it", (_, before, after, expected) => {
    const found = providerChanges(before, after);
    expect(found.map(({ property, replaces }) => `${replaces ? "replace" : "update"} ${property}`)).toEqual(expected);
  });
});
