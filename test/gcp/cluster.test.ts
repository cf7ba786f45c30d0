import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { Cluster, type ClusterArgs } from "../../components/gcp/cluster.ts";
import type { GcpPlace } from "../../components/gcp/place.ts";
import { dependenciesOf, only, place, registered } from "./mocks.ts";

const CLUSTER = "gcp:container/cluster:Cluster";
const ENDPOINT = "gke-0123456789abcdef-123456789012.europe-west1.gke.goog";

/** What is put in place of the network: its firewall alone. */
function network(): ClusterArgs["network"] {
  return {
    network: pulumi.output("projects/my-project/global/networks/network"),
    subnetwork: pulumi.output("projects/my-project/regions/europe-west1/subnetworks/nodes"),
    podRange: pulumi.output("pods"),
    serviceRange: pulumi.output("services"),
    ready: [new gcp.compute.Firewall("firewall", { network: "network" })],
  };
}

function make(overrides: Partial<ClusterArgs> = {}, where: Partial<GcpPlace> = {}): Cluster {
  return new Cluster("cluster", {
    place: place(where),
    network: network(),
    encryptionKey: "projects/my-project/locations/europe-west1/keyRings/ring/cryptoKeys/key",
    releaseChannel: "REGULAR",
    maintenance: { start: "03:00", days: ["SA", "SU"] },
    binaryAuthorization: false,
    ...overrides,
  });
}

const computed = ({ type }: { type: string }) =>
  type === CLUSTER ? { controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: ENDPOINT } } } : {};

describe("the cluster", async () => {
  let seen: { kubeconfig: string; workloadPool: string } | undefined;
  const resources = await registered(() => {
    const cluster = make();
    pulumi
      .output({ kubeconfig: cluster.kubeconfig, workloadPool: cluster.workloadPool })
      .apply((value) => (seen = value));
  }, computed);
  const cluster = only(resources, CLUSTER);

  it("is an Autopilot cluster of the region, in the network's ranges", () => {
    expect(cluster.inputs).toMatchObject({
      location: "europe-west1",
      enableAutopilot: true,
      network: "projects/my-project/global/networks/network",
      subnetwork: "projects/my-project/regions/europe-west1/subnetworks/nodes",
      ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
      releaseChannel: { channel: "REGULAR" },
    });
  });

  it("answers at its DNS name alone, and asks IAM alone", () => {
    expect(cluster.inputs).toMatchObject({
      privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: true, enableK8sTokensViaDns: false, enableK8sCertsViaDns: false },
        ipEndpointsConfig: { enabled: false },
      },
    });
    expect(cluster.inputs).not.toHaveProperty("masterAuthorizedNetworksConfig");
  });

  it("leaves alone what Autopilot sets itself, and refuses to be told", () => {
    const own = [
      ["enableIntranodeVisibility", "enableShieldedNodes", "enableTpu", "defaultMaxPodsPerNode", "initialNodeCount"],
      ["nodePools", "nodeConfig", "removeDefaultNodePool", "networkPolicy", "datapathProvider", "dnsConfig"],
      ["workloadIdentityConfig", "verticalPodAutoscaling", "monitoringConfig", "minMasterVersion", "nodeVersion"],
    ].flat();
    expect(Object.keys(cluster.inputs).filter((name) => own.includes(name))).toEqual([]);
    expect(cluster.ignoreChanges).toEqual([]);
  });

  it("encrypts its Secrets with a key of ours, and reads Secret Manager", () => {
    expect(cluster.inputs).toMatchObject({
      databaseEncryption: {
        state: "ENCRYPTED",
        keyName: "projects/my-project/locations/europe-west1/keyRings/ring/cryptoKeys/key",
      },
      secretManagerConfig: { enabled: true },
      secretSyncConfig: { enabled: true },
      gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
    });
  });

  it("has nodes that may do no more than nodes must", () => {
    const account = only(resources, "gcp:serviceaccount/account:Account");
    expect(account.inputs["accountId"]).toBe("llm-gateway-test-nodes");
    expect(only(resources, "gcp:projects/iAMMember:IAMMember").inputs).toEqual({
      project: "my-project",
      role: "roles/container.defaultNodeServiceAccount",
      member: "{member of llm-gateway-test-nodes}",
    });
    expect(cluster.inputs).toMatchObject({
      clusterAutoscaling: { autoProvisioningDefaults: { serviceAccount: "{email of llm-gateway-test-nodes}" } },
    });
  });

  it("goes before its firewall and its nodes' role", () => {
    expect([...dependenciesOf(resources, cluster)]).toEqual(
      expect.arrayContaining([
        "gcp:compute/firewall:Firewall firewall",
        "gcp:projects/iAMMember:IAMMember llm-gateway-test-nodes",
      ]),
    );
  });

  it("hands on a kubeconfig without a secret, and its workloads' pool", () => {
    expect(seen?.workloadPool).toBe("my-project.svc.id.goog");
    expect(yaml.parse(seen?.kubeconfig ?? "")).toEqual({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "{name of llm-gateway-test-cluster}", cluster: { server: `https://${ENDPOINT}` } }],
      users: [
        {
          name: "{name of llm-gateway-test-cluster}",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "gke-gcloud-auth-plugin",
              args: ["--use_application_default_credentials"],
              installHint: expect.stringContaining("https://cloud.google.com/") as unknown,
              interactiveMode: "Never",
              provideClusterInfo: true,
            },
          },
        },
      ],
      contexts: [
        {
          name: "{name of llm-gateway-test-cluster}",
          context: { cluster: "{name of llm-gateway-test-cluster}", user: "{name of llm-gateway-test-cluster}" },
        },
      ],
      "current-context": "{name of llm-gateway-test-cluster}",
    });
  });
});

describe("settings of the cluster", () => {
  it.each([true, false])("protect it at both levels: %s", async (protect) => {
    const resources = await registered(() => make({}, { protect }), computed);
    const cluster = only(resources, CLUSTER);
    expect([cluster.protect, cluster.inputs["deletionProtection"]]).toEqual([protect, protect]);
  });

  it.each([
    [true, "PROJECT_SINGLETON_POLICY_ENFORCE"],
    [false, "DISABLED"],
  ])("turn Binary Authorization on and off: %s", async (binaryAuthorization, evaluationMode) => {
    const resources = await registered(() => make({ binaryAuthorization }), computed);
    expect(only(resources, CLUSTER).inputs["binaryAuthorization"]).toEqual({ evaluationMode });
  });
});
