import type * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

import type { GcpPlace } from "../../components/gcp/place.ts";
import { primaryAddress, Valkey } from "../../components/gcp/valkey.ts";
import { only, place, registered, type RegisteredWithOptions } from "./mocks.ts";

const INSTANCE = "gcp:memorystore/instance:Instance";
const CLIENT = "principal://iam.googleapis.com/…/subject/ns/llm-gateway/sa/litellm";

let valkey: Valkey;

function make(overrides: Partial<GcpPlace> = {}, own = true) {
  return registered(
    () => {
      valkey = new Valkey("valkey", {
        place: place(overrides),
        nodeType: "STANDARD_SMALL",
        maintenance: { day: 6, hour: 3 },
        network: { network: "projects/my-project/global/networks/n", subnetwork: "projects/…/subnetworks/s", own },
        client: CLIENT,
      });
    },
    ({ type }) =>
      type === INSTANCE
        ? {
            endpoints: [{ connections: [connection("READER", "10.20.0.8"), connection("PRIMARY", "10.20.0.7")] }],
            managedServerCas: [{ caCerts: [{ certificates: ["former\n"] }, { certificates: ["present"] }] }],
          }
        : {},
  );
}

function connection(type: string, ipAddress: string) {
  return { pscAutoConnection: { connectionType: `CONNECTION_TYPE_${type}`, ipAddress, port: 6379 } };
}

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

describe("a highly available server", () => {
  let resources: RegisteredWithOptions[];
  beforeAll(async () => {
    resources = await make();
  });

  it("takes connections with TLS and IAM alone, at an address of the network", () => {
    expect(only(resources, INSTANCE)).toMatchObject({
      inputs: {
        instanceId: "llm-gateway-test-valkey",
        location: "europe-west1",
        mode: "CLUSTER_DISABLED",
        shardCount: 1,
        authorizationMode: "IAM_AUTH",
        transitEncryptionMode: "SERVER_AUTHENTICATION",
        desiredAutoCreatedEndpoints: [{ network: "projects/my-project/global/networks/n", projectId: "my-project" }],
      },
      dependsOn: ["gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy llm-gateway-test-valkey"],
    });
  });

  it("has a replica, and is deleted by nobody before its protection is lifted", () => {
    expect(only(resources, INSTANCE).inputs).toMatchObject({
      nodeType: "STANDARD_SMALL",
      replicaCount: 1,
      zoneDistributionConfig: { mode: "MULTI_ZONE" },
      deletionProtectionEnabled: true,
    });
  });

  it("is updated on the day of the settings", () => {
    expect(only(resources, INSTANCE).inputs).toMatchObject({
      maintenancePolicy: { weeklyMaintenanceWindows: [{ day: "SATURDAY", startTime: { hours: 3 } }] },
    });
  });

  it("lets LiteLLM's pods, and nobody else, have tokens of an account that may connect", () => {
    expect(only(resources, "gcp:projects/iAMMember:IAMMember").inputs).toEqual({
      project: "my-project",
      role: "roles/memorystore.dbConnectionUser",
      member: "{member of llm-gateway-test-valkey}",
    });
    expect(only(resources, "gcp:serviceaccount/iAMMember:IAMMember").inputs).toEqual({
      serviceAccountId: "{name of llm-gateway-test-valkey}",
      role: "roles/iam.workloadIdentityUser",
      member: CLIENT,
    });
  });

  it("tells LiteLLM where it is and how to sign in", async () => {
    await expect(value(valkey.host)).resolves.toBe("10.20.0.7");
    await expect(value(valkey.caCertificate)).resolves.toBe("former\npresent\n");
    expect(valkey.environment).toMatchObject({
      REDIS_SSL: "true",
      REDIS_GCP_SSL_CA_CERTS: "{files}/valkey-ca.pem",
      REDIS_SSL_CHECK_HOSTNAME: "false",
      PYTHONPATH: "{files}",
    });
    await expect(value(valkey.environment["REDIS_GCP_SERVICE_ACCOUNT"] as pulumi.Output<string>)).resolves.toBe(
      "projects/-/serviceAccounts/{email of llm-gateway-test-valkey}",
    );
    expect(Object.keys(valkey.files)).toEqual(["valkey-ca.pem", "sitecustomize.py"]);
  });
});

it("Valkey has no replica where the failure of a zone may stop it", async () => {
  const resources = await make({ highAvailability: false, protect: false });
  expect(only(resources, INSTANCE).inputs).toMatchObject({ replicaCount: 0, deletionProtectionEnabled: false });
});

it("Valkey leaves the policy of the user's own network to the user", async () => {
  const types = (await make({}, false)).map(({ type }) => type);
  expect(types).toContain(INSTANCE);
  expect(types).not.toContain("gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy");
});

it("Valkey says what it found in place of an endpoint for writes", () => {
  expect(() => primaryAddress([])).toThrow("no endpoint for writes; it has these: none");
});
