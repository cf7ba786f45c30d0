import { beforeAll, expect, it } from "vitest";

import { UPTIME_CHECKERS, UptimeCheck } from "../../components/gcp/monitoring/uptime-check.ts";
import { only, place, registered, type RegisteredWithOptions } from "./mocks.ts";

const CHECK = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig";
const SERVICE = "kubernetes:core/v1:Service";
const GRANT = "gcp:projects/iAMMember:IAMMember";

let resources: RegisteredWithOptions[];
let id: string | undefined;
/** The projects whose number was asked for. */
let asked: unknown[];

async function uptimeCheck(network: string) {
  asked = [];
  return registered(
    () => {
      const check = new UptimeCheck(
        "uptime",
        {
          place: place(),
          network: { subnetwork: "projects/my-project/regions/europe-west1/subnetworks/nodes", network },
          namespace: "llm-gateway",
          service: "litellm",
          port: 4000,
          readiness: "/health/readiness",
          ready: [],
        },
        {},
      );
      check.id.apply((value) => (id = value));
    },
    ({ type }) => (type === CHECK ? { uptimeCheckId: "check-1a2b3c4" } : {}),
    (_, inputs) => {
      asked.push(inputs);
      return { number: "999" };
    },
  );
}

beforeAll(async () => {
  resources = await uptimeCheck("projects/my-project/global/networks/net-1a2b3c4");
});

it("the uptime check asks LiteLLM each minute whether it can work, by the address in Service Directory", () => {
  expect(only(resources, CHECK).inputs).toMatchObject({
    checkerType: "VPC_CHECKERS",
    period: "60s",
    httpCheck: { path: "/health/readiness", port: 4000, useSsl: false },
    monitoredResource: {
      type: "servicedirectory_service",
      labels: {
        project_id: "my-project",
        location: "europe-west1",
        namespace_name: "llm-gateway-test",
        service_name: "litellm",
      },
    },
  });
  expect(only(resources, "gcp:servicedirectory/endpoint:Endpoint").inputs).toMatchObject({
    address: "{address of llm-gateway-test-uptime}",
    port: 4000,
    network: "projects/123456789012/locations/global/networks/net-1a2b3c4",
  });
  expect(id).toBe("check-1a2b3c4");
  expect(asked).toEqual([]);
});

it("the uptime check goes through a load balancer inside the network that lets in Google's checkers alone", () => {
  const { inputs } = only(resources, SERVICE);
  expect(inputs["metadata"]).toMatchObject({ annotations: { "networking.gke.io/load-balancer-type": "Internal" } });
  expect(inputs["spec"]).toMatchObject({
    type: "LoadBalancer",
    loadBalancerIP: "{address of llm-gateway-test-uptime}",
    loadBalancerSourceRanges: UPTIME_CHECKERS,
    externalTrafficPolicy: "Local",
    ports: [{ port: 4000, targetPort: "main" }],
  });
  expect(UPTIME_CHECKERS).toEqual(["35.199.192.0/19"]);
  expect(only(resources, "gcp:compute/address:Address").inputs).toMatchObject({ addressType: "INTERNAL" });
});

it("the uptime check begins when Cloud Monitoring's own account may go there", () => {
  const { dependsOn } = only(resources, CHECK);
  expect(dependsOn).toEqual(
    expect.arrayContaining([
      `${SERVICE} litellm-uptime`,
      `${GRANT} llm-gateway-test-monitoring-looks-up`,
      `${GRANT} llm-gateway-test-monitoring-connects`,
    ]),
  );
  const member = "serviceAccount:service-123456789012@gcp-sa-monitoring-notification.iam.gserviceaccount.com";
  expect(only(resources, GRANT, "-looks-up").inputs).toEqual({
    project: "my-project",
    role: "roles/servicedirectory.viewer",
    member,
  });
  expect(only(resources, GRANT, "-connects").inputs).toEqual({
    project: "my-project",
    role: "roles/servicedirectory.pscAuthorizedService",
    member,
  });
});

it("the uptime check leaves behind what Cloud Monitoring's own account may do, which the checks of other stacks share", () => {
  const grants = resources.filter(({ type }) => type === GRANT);
  expect(grants.map(({ retainOnDelete }) => retainOnDelete)).toEqual([true, true]);
});

it("the uptime check gets into a network of another project, such as a Shared VPC, by the number of that one", async () => {
  const shared = await uptimeCheck("projects/host/global/networks/shared");
  expect(asked).toEqual([{ projectId: "host" }]);
  expect(only(shared, GRANT, "-connects").inputs).toMatchObject({ project: "host" });
  expect(only(shared, GRANT, "-looks-up").inputs).toMatchObject({ project: "my-project" });
  expect(only(shared, "gcp:servicedirectory/endpoint:Endpoint").inputs).toMatchObject({
    network: "projects/999/locations/global/networks/shared",
  });
});

it("the uptime check follows its namespace of Service Directory to another one, which no service there can", async () => {
  const [service] = (await uptimeCheck("projects/my-project/global/networks/network")).filter(
    ({ type }) => type === "gcp:servicedirectory/service:Service",
  );
  expect(service?.replaceOnChanges).toEqual(["namespace"]);
});
