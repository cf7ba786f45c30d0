import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";

import { apisFor } from "../../components/gcp/required-apis.ts";
import { ProjectServices } from "../../components/gcp/project-services.ts";
import { dependenciesOf, only, registered } from "./mocks.ts";

const SERVICE = "gcp:projects/service:Service";

type Needs = Parameters<typeof apisFor>[0];

const plain: Needs = {
  access: undefined,
  redis: undefined,
  secrets: { locations: [], encryption: false },
  cluster: {
    releaseChannel: "REGULAR",
    maintenance: { start: "03:00", days: ["SA"] },
    binaryAuthorization: false,
  },
};

describe("the APIs of a stack", () => {
  const always = apisFor(plain);

  it("are those that every stack calls, Resource Manager's first", () => {
    expect(always[0]).toBe("cloudresourcemanager.googleapis.com");
    expect(always).toEqual(
      expect.arrayContaining([
        "compute.googleapis.com",
        "container.googleapis.com",
        // https://cloud.google.com/vpc/docs/configure-private-service-connect-services, "Before you begin".
        "servicedirectory.googleapis.com",
        "sqladmin.googleapis.com",
      ]),
    );
    expect(new Set(always).size).toBe(always.length);
  });

  const access: NonNullable<Needs["access"]> = { hostname: "llm.example.internal", clients: ["10.8.0.0/24"] };

  it.each<[string, Partial<Needs>, string[]]>([
    [
      "Valkey",
      { redis: { nodeType: "SHARED_CORE_NANO" } },
      ["memorystore", "networkconnectivity", "serviceconsumermanagement"],
    ],
    ["clients outside the cluster", { access }, ["certificatemanager", "privateca"]],
    [
      "a certificate of the user's own",
      { access: { ...access, certificate: { chain: "chain", privateKey: "key" as never } } },
      ["certificatemanager"],
    ],
    ["reminders", { secrets: { ...plain.secrets, rotationReminder: 90 } }, ["pubsub"]],
    ["Binary Authorization", { cluster: { ...plain.cluster, binaryAuthorization: true } }, ["binaryauthorization"]],
  ])("are more with %s", (_, needs, apis) => {
    const more = apisFor({ ...plain, ...needs }).filter((api) => !always.includes(api));
    expect(more.sort()).toEqual(apis.map((api) => `${api}.googleapis.com`));
  });
});

describe("a project's services", async () => {
  const asked: unknown[] = [];
  let number: string | undefined;
  const resources = await registered(
    () =>
      new Promise((known) => {
        const apis = ["cloudresourcemanager.googleapis.com", "compute.googleapis.com", "iam.googleapis.com"];
        const services = new ProjectServices("services", { project: "my-project", apis });
        new gcp.compute.Network("network", {}, { dependsOn: services.ready });
        services.projectNumber.apply((value) => {
          number = value;
          known(value);
        });
      }),
    undefined,
    (token, inputs) => {
      asked.push([token, inputs]);
      return { number: "123456789012" };
    },
  );

  it("are enabled, and left so by destroy", () => {
    const services = resources.filter(({ type }) => type === SERVICE);
    expect(services.map(({ inputs }) => inputs)).toEqual(
      ["cloudresourcemanager", "compute", "iam"].map((api) => ({
        service: `${api}.googleapis.com`,
        disableOnDestroy: false,
      })),
    );
  });

  it("begin with Resource Manager's, which enabling the others asks for the project", () => {
    const others = resources.filter(({ type, name }) => type === SERVICE && !name.startsWith("cloudresource"));
    for (const service of others) {
      expect(service.dependsOn).toEqual([`${SERVICE} cloudresourcemanager.googleapis.com`]);
    }
  });

  it("are waited for until they answer everywhere", () => {
    const propagation = only(resources, "pulumi-nodejs:dynamic/gcp:ApiPropagation");
    expect(propagation.inputs).toMatchObject({
      apis: ["cloudresourcemanager.googleapis.com", "compute.googleapis.com", "iam.googleapis.com"],
      seconds: 60,
    });
    expect(propagation.dependsOn).toHaveLength(3);
    const network = dependenciesOf(resources, only(resources, "gcp:compute/network:Network"));
    expect(network).toContain(`${SERVICE} compute.googleapis.com`);
  });

  it("tell the project's number", () => {
    expect(number).toBe("123456789012");
    expect(asked).toEqual([["gcp:organizations/getProject:getProject", { projectId: "my-project" }]]);
  });

  it("are asked for no number in a preview of an empty project", async () => {
    const calls: string[] = [];
    let isPreview = true;
    const mocks: pulumi.runtime.Mocks = {
      // What isn't there yet has no id.
      newResource: ({ name, inputs }) => ({
        id: isPreview ? undefined : name,
        state: inputs as Record<string, unknown>,
      }),
      call({ token }) {
        calls.push(token);
        return { number: "123456789012" };
      },
    };
    const run = async () => {
      await pulumi.runtime.setMocks(mocks, "llm-gateway", "test", isPreview);
      new ProjectServices("services", { project: "my-project", apis: ["cloudresourcemanager.googleapis.com"] });
      await pulumi.runtime.disconnect();
    };
    await run();
    expect(calls).toEqual([]);
    isPreview = false;
    await run();
    expect(calls).toEqual(["gcp:organizations/getProject:getProject"]);
  });
});
