import { expect, it } from "vitest";

import { loadBalancedServices, type SecretStackOutputs } from "../../operations/stack-outputs.ts";

const service = { namespace: "llm-gateway", service: "litellm", port: 4000 };

function outputs(parts: Partial<SecretStackOutputs>): SecretStackOutputs {
  return {
    gateway: { url: "http://litellm.llm-gateway.svc:4000", logs: "", clients: { url: "https://llm.example.internal" } },
    admin: { url: "", email: "", logs: "" },
    ...{ models: [], teams: [] },
    projects: [],
    pools: [],
    cloud: { cluster: "llm-gateway-prod" },
    access: { gateway: service, admin: { ...service, service: "sagewai-admin" } },
    masterKey: "",
    adminToken: "",
    adminPassword: "",
    keys: {},
    ...parts,
  };
}

it("verify knows the Service behind a load balancer of Google Cloud", () => {
  expect(loadBalancedServices(outputs({}))).toEqual({ clients: service });
});

it("verify knows the Service of administrators, where they have a hostname", () => {
  const clients = { url: "https://llm.example.internal", adminUrl: "https://admin.llm.example.internal" };
  expect(loadBalancedServices(outputs({ gateway: { url: "", logs: "", clients } }))).toEqual({
    clients: service,
    administrators: { ...service, service: "litellm-admin" },
  });
});

it.each([
  ["another platform, which has no such policy", { cloud: {} }],
  ["a stack without clients outside the cluster", { gateway: { url: "", logs: "" } }],
])("verify knows no Service of %s", (_what, parts) => {
  expect(loadBalancedServices(outputs(parts))).toBeUndefined();
});
