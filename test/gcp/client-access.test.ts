import * as gcp from "@pulumi/gcp";
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

import { clientSources, GcpClientAccess, type GcpClientAccessArgs } from "../../components/gcp/client-access.ts";
import { rulesFor } from "../../components/kubernetes/http-routes.ts";
import { clientRoutes } from "../../config/schema/routes.ts";
import { only, place, registered, type RegisteredWithOptions } from "./mocks.ts";

const GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
const AUTHORITY = "gcp:certificateauthority/authority:Authority";
/** The name that Pulumi gives to what it makes. */
const NAME = "{name of llm-gateway-test-clients}";
const CERTIFICATE = "gcp:certificatemanager/certificate:Certificate";

/** What clients' access makes, and what of it they need. */
async function access(overrides: Partial<GcpClientAccessArgs> = {}) {
  const outputs: Record<string, unknown> = {};
  const resources = await registered(
    () => {
      const network = "projects/my-project/global/networks/net";
      const proxies = new gcp.compute.Subnetwork("proxies", { network, ipCidrRange: "10.26.0.0/23" });
      const workload = new kubernetes.core.v1.ServiceAccount("litellm");
      const { url, adminUrl, address, caCertificate } = new GcpClientAccess(
        "access",
        {
          place: place(),
          network: {
            network,
            subnetwork: "projects/my-project/regions/europe-west1/subnetworks/nodes",
            proxySubnet: [proxies],
          },
          hostname: "llm.example.internal",
          clients: ["10.8.0.0/24"],
          namespace: "llm-gateway",
          service: "litellm",
          port: 4000,
          clientRoutes: clientRoutes(),
          readiness: "/health/readiness",
          timeout: 600,
          ready: [workload],
          ...overrides,
        },
        {},
      );
      const read = (key: string, output: pulumi.Output<string> | undefined) =>
        output?.apply((value) => (outputs[key] = value));
      read("url", url);
      read("adminUrl", adminUrl);
      read("address", address);
      read("caCertificate", caCertificate);
    },
    ({ type }) => (type === AUTHORITY ? { pemCaCertificates: ["{authority in PEM}"] } : {}),
  );
  return { resources, outputs };
}

function spec(resources: RegisteredWithOptions[], kind: string) {
  const found = resources.filter(({ type }) => type.endsWith(`:${kind}`) && type.startsWith("kubernetes:"));
  expect(found).toHaveLength(1);
  return found[0]?.inputs["spec"] as Record<string, unknown>;
}

describe("the load balancer", () => {
  let resources: RegisteredWithOptions[];
  let outputs: Record<string, unknown>;

  beforeAll(async () => {
    ({ resources, outputs } = await access());
  });

  it("is inside the network, whatever the settings", () => {
    const classes = resources.filter(({ type }) => type === GATEWAY).map(({ inputs }) => inputs["spec"]);
    expect(classes).toMatchObject([{ gatewayClassName: "gke-l7-rilb" }]);
    expect(only(resources, "gcp:compute/address:Address").inputs).toEqual({
      region: "europe-west1",
      addressType: "INTERNAL",
      purpose: "GCE_ENDPOINT",
      subnetwork: "projects/my-project/regions/europe-west1/subnetworks/nodes",
    });
    expect(only(resources, "gcp:dns/managedZone:ManagedZone").inputs).toMatchObject({ visibility: "private" });
    const kinds = resources.map(({ type }) => type);
    expect(kinds.filter((type) => /forwardingRule|GlobalAddress|:Ingress|:Service$/i.test(type))).toEqual([]);
  });

  it("speaks TLS alone, with the region's certificate at the reserved address", () => {
    expect(spec(resources, "Gateway")).toEqual({
      gatewayClassName: "gke-l7-rilb",
      addresses: [{ type: "NamedAddress", value: NAME }],
      listeners: [
        {
          name: "https",
          hostname: "llm.example.internal",
          port: 443,
          protocol: "HTTPS",
          tls: {
            mode: "Terminate",
            options: { "networking.gke.io/cert-manager-certs": NAME },
          },
          allowedRoutes: { namespaces: { from: "Same" } },
        },
      ],
    });
    expect(only(resources, "gcp:compute/regionSslPolicy:RegionSslPolicy").inputs).toMatchObject({
      profile: "MODERN",
      minTlsVersion: "TLS_1_2",
    });
    expect(spec(resources, "GCPGatewayPolicy")).toEqual({
      targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "litellm-clients" },
      default: { sslPolicy: NAME, allowGlobalAccess: true },
    });
  });

  it("sends what is for clients to the Service, and waits for long answers", () => {
    expect(spec(resources, "HTTPRoute")).toEqual({
      parentRefs: [{ name: "litellm-clients" }],
      hostnames: ["llm.example.internal"],
      rules: rulesFor(clientRoutes(), { name: "litellm", port: 4000 }),
    });
    expect(spec(resources, "GCPBackendPolicy")).toEqual({
      targetRef: { group: "", kind: "Service", name: "litellm" },
      default: {
        timeoutSec: 600,
        securityPolicy: NAME,
        connectionDraining: { drainingTimeoutSec: 600 },
        logging: { enabled: true, sampleRate: 1_000_000 },
      },
    });
    expect(spec(resources, "HealthCheckPolicy")).toMatchObject({
      targetRef: { kind: "Service", name: "litellm" },
      default: { config: { type: "HTTP", httpHealthCheck: { requestPath: "/health/readiness" } } },
    });
  });

  it("is there after what it uses and what guards it, and gone before", () => {
    const before = only(resources, GATEWAY).dependsOn;
    expect(before).toEqual(
      expect.arrayContaining([
        "gcp:compute/subnetwork:Subnetwork proxies",
        "kubernetes:core/v1:ServiceAccount litellm",
        "gcp:compute/address:Address llm-gateway-test-clients",
        "gcp:compute/regionSslPolicy:RegionSslPolicy llm-gateway-test-clients",
        "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy llm-gateway-test-clients",
        `${CERTIFICATE} llm-gateway-test-clients`,
        "kubernetes:networking.gke.io/v1:GCPBackendPolicy litellm-clients-gcpbackendpolicy",
        "kubernetes:networking.gke.io/v1:GCPGatewayPolicy litellm-clients-gcpgatewaypolicy",
        "kubernetes:networking.gke.io/v1:HealthCheckPolicy litellm-clients-healthcheckpolicy",
      ]),
    );
    const route = only(resources, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
    expect(route.dependsOn).toContain(`${GATEWAY} litellm-clients-gateway`);
  });

  it("is known by its name to the network, without hiding other names of the domain", () => {
    expect(only(resources, "gcp:dns/managedZone:ManagedZone").inputs).toMatchObject({
      dnsName: "llm.example.internal.",
      privateVisibilityConfig: { networks: [{ networkUrl: "projects/my-project/global/networks/net" }] },
    });
    expect(only(resources, "gcp:dns/recordSet:RecordSet").inputs).toMatchObject({
      name: "llm.example.internal.",
      type: "A",
      rrdatas: ["{address of llm-gateway-test-clients}"],
    });
  });

  it("tells clients what they need", () => {
    expect(outputs).toEqual({
      url: "https://llm.example.internal",
      address: "{address of llm-gateway-test-clients}",
      caCertificate: "{authority in PEM}",
    });
    expect(clientSources("10.26.0.0/23")).toEqual(["10.26.0.0/23", "35.191.0.0/16", "130.211.0.0/22"]);
  });
});

describe("a hostname for administrators", () => {
  const admin = { hostname: "admin.llm.example.internal", clients: ["10.9.0.0/24"] };
  let resources: RegisteredWithOptions[];
  let outputs: Record<string, unknown>;

  beforeAll(async () => {
    ({ resources, outputs } = await access({ admin }));
  });

  const named = (kind: string, name: string) => {
    const found = resources.filter(({ type, name: own }) => type.endsWith(`:${kind}`) && own === name);
    expect(found).toHaveLength(1);
    return found[0]?.inputs["spec"];
  };

  it("is another listener of the same load balancer, with a certificate of its own from the same authority", () => {
    const { listeners } = spec(resources, "Gateway") as { listeners: object[] };
    expect(listeners).toMatchObject([
      { name: "https", hostname: "llm.example.internal", tls: { options: certificateOf("clients") } },
      { name: "https-admins", hostname: "admin.llm.example.internal", tls: { options: certificateOf("admins") } },
    ]);
    only(resources, AUTHORITY);
    only(resources, "gcp:compute/address:Address");
    const certificates = resources.filter(({ type }) => type === CERTIFICATE);
    expect(certificates.map(({ inputs }) => inputs["managed"])).toEqual([
      { domains: ["llm.example.internal"], issuanceConfig: "{id of llm-gateway-test-clients}" },
      { domains: ["admin.llm.example.internal"], issuanceConfig: "{id of llm-gateway-test-clients}" },
    ]);
  });

  it("leads to a Service of its own, with everything, while that of clients keeps its paths", () => {
    expect(named("HTTPRoute", "litellm-admins-httproute")).toEqual({
      parentRefs: [{ name: "litellm-clients", sectionName: "https-admins" }],
      hostnames: ["admin.llm.example.internal"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ name: "litellm-admin", port: 9099 }],
        },
      ],
    });
    expect(named("Service", "litellm-admin")).toMatchObject({ ports: [{ port: 9099, targetPort: "admin" }] });
    expect(named("HTTPRoute", "litellm-clients-httproute")).toMatchObject({
      rules: rulesFor(clientRoutes(), { name: "litellm", port: 4000 }),
    });
  });

  it("lets in its own ranges only, which clients' are not", () => {
    const policies = resources.filter(({ type }) => type.endsWith(":RegionSecurityPolicy"));
    const ranges = policies.map(({ name, inputs }) => [name, (inputs["rules"] as { match: object }[])[0]?.match]);
    expect(Object.fromEntries(ranges)).toMatchObject({
      "llm-gateway-test-clients": { config: { srcIpRanges: ["10.8.0.0/24"] } },
      "llm-gateway-test-admins": { config: { srcIpRanges: ["10.9.0.0/24"] } },
    });
    expect(named("GCPBackendPolicy", "litellm-admins-gcpbackendpolicy")).toMatchObject({
      targetRef: { kind: "Service", name: "litellm-admin" },
      default: { securityPolicy: "{name of llm-gateway-test-admins}" },
    });
    expect(named("HealthCheckPolicy", "litellm-admins-healthcheckpolicy")).toMatchObject({
      targetRef: { kind: "Service", name: "litellm-admin" },
      default: { config: { httpHealthCheck: { requestPath: "/health/readiness" } } },
    });
    expect(only(resources, GATEWAY).dependsOn).toEqual(
      expect.arrayContaining([
        "kubernetes:networking.gke.io/v1:GCPBackendPolicy litellm-admins-gcpbackendpolicy",
        "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy llm-gateway-test-admins",
        `${CERTIFICATE} llm-gateway-test-admins`,
      ]),
    );
  });

  it("is known by its name to the network, at the same address", () => {
    const records = resources.filter(({ type }) => type.endsWith(":RecordSet"));
    expect(records.map(({ inputs }) => [inputs["name"], inputs["rrdatas"]])).toEqual([
      ["llm.example.internal.", ["{address of llm-gateway-test-clients}"]],
      ["admin.llm.example.internal.", ["{address of llm-gateway-test-clients}"]],
    ]);
    expect(outputs["adminUrl"]).toBe("https://admin.llm.example.internal");
  });

  it("needs no authority where both certificates are the user's own, and one where only the clients' is", async () => {
    const certificate = { chain: "chain in PEM", privateKey: "key in PEM" };
    const both = await access({ certificate, admin: { ...admin, certificate } });
    expect(both.resources.filter(({ type }) => type === AUTHORITY)).toEqual([]);
    expect(both.outputs).not.toHaveProperty("caCertificate");
    const one = await access({ certificate, admin });
    only(one.resources, AUTHORITY);
    expect(one.outputs["caCertificate"]).toBe("{authority in PEM}");
  });
});

/** A listener's certificate, by the name that Pulumi gives to what it makes. */
function certificateOf(callers: string): object {
  return { "networking.gke.io/cert-manager-certs": `{name of llm-gateway-test-${callers}}` };
}

describe("clients", () => {
  it("named in the settings are let in, ten ranges in a rule, and nobody else", async () => {
    const clients = Array.from({ length: 12 }, (_, index) => `10.8.${index}.0/24`);
    const { resources } = await access({ clients });
    const ranges = (srcIpRanges: string[]) => ({ versionedExpr: "SRC_IPS_V1", config: { srcIpRanges } });
    expect(only(resources, "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy").inputs).toMatchObject({
      type: "CLOUD_ARMOR",
      rules: [
        { priority: 1000, action: "allow", match: ranges(clients.slice(0, 10)) },
        { priority: 1001, action: "allow", match: ranges(["10.8.10.0/24", "10.8.11.0/24"]) },
        { priority: 2_147_483_647, action: "deny(403)", match: ranges(["*"]) },
      ],
    });
  });

  it("that take longer than the longest draining get as long as Google Cloud gives", async () => {
    const { resources } = await access({ timeout: 7200 });
    expect(spec(resources, "GCPBackendPolicy")).toMatchObject({
      default: { timeoutSec: 7200, connectionDraining: { drainingTimeoutSec: 3600 } },
    });
  });
});

it("a certificate of the user's own needs no authority, and its private key is in no manifest", async () => {
  const { resources, outputs } = await access({ certificate: { chain: "chain in PEM", privateKey: "key in PEM" } });
  expect(only(resources, CERTIFICATE).inputs).toHaveProperty("selfManaged");
  expect(resources.filter(({ type }) => type.includes("certificateauthority"))).toEqual([]);
  expect(outputs).not.toHaveProperty("caCertificate");
  const manifests = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  expect(manifests.map(({ type }) => type).filter((type) => type.endsWith(":Secret"))).toEqual([]);
  expect(JSON.stringify(manifests)).not.toContain("key in PEM");
});
