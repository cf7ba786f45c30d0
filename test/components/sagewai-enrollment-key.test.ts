import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";

import type { Service } from "../../components/platform.ts";
import { SagewaiAdmin } from "../../components/sagewai-admin.ts";
import { only, registered } from "../gcp/mocks.ts";
import { RecordingPlatform } from "./recording-platform.ts";

type Pools = ConstructorParameters<typeof SagewaiAdmin>[1]["pools"];

const KEY = "pulumi-nodejs:dynamic/sagewai:EnrollmentKey";

/** What an admin with these pools registers, and the service that it asks for. */
async function adminOf(pools: Pools, server?: string) {
  const platform = new RecordingPlatform();
  const masterKey = ({ type }: { type: string }) => (type.endsWith("MasterKey") ? { keys: "-".repeat(43) + "=" } : {});
  let service: Service | undefined;
  const resources = await registered(() => {
    const database = new pulumi.ComponentResource("test:index:Database", "database");
    new SagewaiAdmin("sagewai-admin", {
      platform,
      version: "1.0.1",
      protect: false,
      storedKey: {},
      database: {
        url: pulumi.secret("postgresql://127.0.0.1/sagewai"),
        resource: database,
        ready: [],
        ...(server !== undefined && { server: pulumi.output(server) }),
      },
      gatewayUrl: "http://127.0.0.1:4000",
      gatewayKey: pulumi.secret("sk-admin"),
      pools,
      port: 8000,
      corsOrigins: [],
      organization: "Acme",
      adminEmail: "admin@acme.test",
    });
    pulumi.output(platform.services["sagewai-admin"]).apply((known) => (service = known as Service));
  }, masterKey);
  return { resources, service };
}

it("an enrollment key is made for each pool by the admin's API, and goes with its database", async () => {
  const { resources } = await adminOf([{ name: "gpu", project: "research" }, { name: "cpu" }]);
  const gpu = only(resources, KEY, "enrollment-key-gpu");
  expect(gpu.inputs).toEqual({
    adminAccess: { url: "http://127.0.0.1:8000" },
    apiToken: "[secret]",
    pool: "gpu",
    project: "research",
    seed: "[secret]",
  });
  expect(gpu.deletedWith).toBe("test:index:Database database");
  expect(only(resources, KEY, "enrollment-key-cpu").inputs).not.toHaveProperty("project");
});

it("an enrollment key is recreated on another database server", async () => {
  const { resources } = await adminOf([{ name: "gpu" }], "server-2");
  expect(only(resources, KEY).inputs).toMatchObject({ databaseServer: "server-2" });
});

it("the admin is left as it is when pools come, go, or change their project", async () => {
  const none = await adminOf([]);
  const some = await adminOf([{ name: "gpu", project: "research" }, { name: "cpu" }]);
  expect(none.service).toBeDefined();
  expect(some.service).toEqual(none.service);
  expect(JSON.stringify({ ...some.service, files: {} })).not.toMatch(/gpu|research/);
});
