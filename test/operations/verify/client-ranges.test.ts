import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, expect, it } from "vitest";

import { clientRangesRow } from "../../../operations/verify/client-ranges.ts";

let server: Server;
let asked: string[];
let answers: [status: number, body: object][];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const [status, body] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [500, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const attached = { type: "Attached", status: "True", reason: "Attached", message: "" };
const refused = { type: "Attached", status: "False", reason: "Conflicted", message: "an older policy has the Service" };

/** The list of one policy, as GKE gives it. */
function policy(status: object | undefined, spec: object = {}): [number, object] {
  const targetRef = { group: "", kind: "Service", name: "litellm" };
  const item = { spec: { targetRef, default: { securityPolicy: "clients-1a2b" }, ...spec }, ...(status && { status }) };
  return [200, { items: [{ metadata: { name: "litellm-clients" }, ...item }] }];
}

function look(script: [number, object][], seconds = 0.2) {
  answers = script;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = JSON.stringify({
    "current-context": "test",
    clusters: [{ name: "here", cluster: { server: url, "insecure-skip-tls-verify": true } }],
    users: [{ name: "me", user: { token: "a-token" } }],
    contexts: [{ name: "test", context: { cluster: "here", user: "me" } }],
  });
  const access = { kubeconfig, namespace: "llm-gateway", service: "litellm", port: 4000 };
  return clientRangesRow("clients", access, { seconds, every: 0.05 });
}

const check = "clients are let in from the allowed ranges alone";

it("npm run verify asks the cluster whether the policy is attached, and waits for it", async () => {
  const found = await look(
    [policy(undefined), policy({ conditions: [refused] }), policy({ conditions: [attached] })],
    10,
  );
  expect(found).toEqual({ check, ok: true, detail: "Cloud Armor's policy clients-1a2b is attached" });
  expect(asked).toEqual(Array(3).fill("/apis/networking.gke.io/v1/namespaces/llm-gateway/gcpbackendpolicies"));
});

it("npm run verify takes a policy for attached that GKE calls so for each Gateway", async () => {
  expect(await look([policy({ ancestors: [{ conditions: [attached] }] })])).toMatchObject({ ok: true });
  expect(await look([policy({ ancestors: [{ conditions: [attached] }, { conditions: [refused] }] })])).toMatchObject({
    ok: false,
  });
});

it.each([
  [
    "GKE refuses",
    policy({ conditions: [refused] }),
    "GKE has not attached the GCPBackendPolicy litellm-clients: Conflicted, an older policy has the Service, so every address of the network may get in. `kubectl -n llm-gateway describe gcpbackendpolicy litellm-clients` says more.",
  ],
  [
    "GKE has not seen",
    policy(undefined),
    "GKE has not attached the GCPBackendPolicy litellm-clients yet, so every address of the network may get in. `kubectl -n llm-gateway describe gcpbackendpolicy litellm-clients` says more.",
  ],
  [
    "has lost its ranges",
    policy({ conditions: [attached] }, { default: { timeoutSec: 600 } }),
    "No GCPBackendPolicy of the namespace llm-gateway ties allowed ranges to the Service litellm, so every address of the network gets in: run `pulumi refresh`, then `pulumi up`.",
  ],
  [
    "is for another Service",
    policy({ conditions: [attached] }, { targetRef: { name: "other" } }),
    "No GCPBackendPolicy of the namespace llm-gateway ties allowed ranges to the Service litellm, so every address of the network gets in: run `pulumi refresh`, then `pulumi up`.",
  ],
  [
    "may not be read",
    [403, { message: "forbidden" }] satisfies [number, object],
    "The cluster can't be asked for GCPBackendPolicies (answered 403). Can you run `kubectl -n llm-gateway get gcpbackendpolicies`?",
  ],
] as const)("npm run verify fails for a policy that %s", async (_case, answer, detail) => {
  expect(await look([[...answer]])).toEqual({ check, ok: false, detail });
});
