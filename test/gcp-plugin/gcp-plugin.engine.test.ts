import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { TestStack } from "../toolchain/plugins/stack.ts";
import { gcpPlugin } from "./plugin-environment.ts";
import { TestCloud } from "./test-cloud.ts";

interface Options {
  /** The range of the subnet. */
  range?: string;
  protect?: boolean;
  /** The secret's value. */
  value?: string;
  labels?: Record<string, string>;
  /** Further resources. */
  more?: string;
}

/** A network with a server in it, and a secret. */
function program({
  range = "10.0.0.0/24",
  protect = false,
  value = "first-value",
  labels = {},
  more = "",
}: Options = {}) {
  return `
    import * as gcp from "@pulumi/gcp";
    const provider = new gcp.Provider("cloud", {
      project: "test-project", region: "europe-west1", defaultLabels: { team: "tests", ...${JSON.stringify(labels)} },
    });
    const manager = new gcp.projects.Service("manager", { service: "cloudresourcemanager.googleapis.com" }, { provider });
    const enable = (name) => new gcp.projects.Service(name, { service: name + ".googleapis.com" }, { provider, dependsOn: manager });
    const services = ["compute", "servicedirectory", "sqladmin", "secretmanager"].map(enable);
    const options = { provider, dependsOn: services };
    const network = new gcp.compute.Network("net", { autoCreateSubnetworks: false }, options);
    const subnetwork = new gcp.compute.Subnetwork("sub", { network: network.id, ipCidrRange: "${range}" }, options);
    const sql = new gcp.sql.DatabaseInstance("sql", {
      databaseVersion: "POSTGRES_16", deletionProtection: ${protect},
      settings: {
        tier: "db-custom-2-7680", deletionProtectionEnabled: ${protect},
        ipConfiguration: { ipv4Enabled: false, pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["test-project"] }] },
      },
    }, options);
    const user = new gcp.sql.User("admin", { instance: sql.name, name: "admin", password: "sql-password", deletionPolicy: "ABANDON" }, { provider, deletedWith: sql });
    const address = new gcp.compute.Address("address", { addressType: "INTERNAL", subnetwork: subnetwork.id }, options);
    const rule = new gcp.compute.ForwardingRule("rule", {
      network: network.id, ipAddress: address.selfLink, target: sql.pscServiceAttachmentLink, loadBalancingScheme: "",
    }, options);
    const secret = new gcp.secretmanager.Secret("secret", { secretId: "secret", replication: { auto: {} } }, options);
    const version = new gcp.secretmanager.SecretVersion("version", { secret: secret.id, secretData: pulumi.secret("${value}") }, { provider });
    ${more}
    export const number = gcp.organizations.getProjectOutput({ projectId: "test-project" }, { provider, dependsOn: services }).number;
    export const state = rule.pscConnectionStatus;
    export const host = address.address;
    export const pinned = version.name;`;
}

const CLASH = `new gcp.compute.Subnetwork("clash", { network: network.id, ipCidrRange: "10.9.0.128/25" }, { provider, dependsOn: subnetwork });`;

let folder: string;
let cloud: TestCloud;
let stack: TestStack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloud-"));
  Object.assign(process.env, await gcpPlugin({ folder }));
  cloud = new TestCloud(folder);
  stack = await TestStack.create();
});

afterAll(async () => {
  await stack.delete();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  cloud.inject();
});

const refresh = () => stack.succeeds("refresh", "--yes", "--skip-preview");
const fails = () => stack.fails("up", "--yes", "--skip-preview");

describe("the tests' plugin gcp", () => {
  it("goes on after a failure in the middle of an update", async () => {
    await stack.program(program());
    expect(await stack.plan()).toMatchObject({ net: "create", sql: "create", version: "create" });
    expect(cloud.list()).toEqual([]);
    cloud.inject({ type: "sql/DatabaseInstance", method: "create", error: "Error 503: backendError", times: 1 });
    expect(await fails()).toContain("Error creating sql/DatabaseInstance: Error 503: backendError");
    expect(await stack.plan()).toMatchObject({ sql: "create" });
    expect(await stack.up()).toContain("warning: This is the tests' stand-in for the Pulumi plugin gcp");
    const [network] = cloud.list("compute/Network");
    expect(network?.id).toMatch(/^projects\/test-project\/global\/networks\/net-[0-9a-f]{7}$/);
    expect(await stack.output("host")).toBe("10.0.0.2");
    expect(await stack.output("state")).toBe("ACCEPTED");
    expect(await stack.output("number")).toBe("123456789012");
    expect(await stack.output("pinned")).toBe("projects/123456789012/secrets/secret/versions/1");
  });

  it("has nothing to do for what is there, and keeps secrets encrypted", async () => {
    expect(await stack.plan()).toEqual({});
    await refresh();
    expect(await stack.plan()).toEqual({});
    const state = await stack.exported();
    for (const secret of ["first-value", "sql-password"]) expect(state).not.toContain(secret);
  });

  it("updates labels of the provider everywhere, and makes one version of a secret after the other", async () => {
    await stack.program(program({ value: "second-value", labels: { team: "others" } }));
    expect(await stack.plan()).toEqual({
      cloud: "update",
      address: "update",
      rule: "update",
      secret: "update",
      version: "replace",
    });
    await stack.up();
    expect(await stack.output("pinned")).toBe("projects/123456789012/secrets/secret/versions/2");
    expect(cloud.read("secretmanager/Secret", "secret")?.properties["effectiveLabels"]).toEqual({
      team: "others",
      "goog-pulumi-provisioned": "true",
    });
    expect(cloud.list("secretmanager/SecretVersion")).toHaveLength(1);
  });

  it("grows a range in place, and replaces for another one", async () => {
    const wanted = { value: "second-value", labels: { team: "others" } };
    await stack.program(program({ ...wanted, range: "10.0.0.0/23" }));
    expect(await stack.plan()).toEqual({ sub: "update" });
    await stack.up();
    await stack.program(program({ ...wanted, range: "10.9.0.0/24" }));
    expect(await stack.plan()).toMatchObject({ sub: "replace", address: "replace", rule: "replace" });
    await stack.up();
    expect(cloud.list("compute/Subnetwork")).toHaveLength(1);
    expect(await stack.output("host")).toBe("10.9.0.2");
  });

  it("shows what somebody changed or deleted, and puts it back", async () => {
    cloud.patch("sql/DatabaseInstance", cloud.list("sql/DatabaseInstance")[0]?.id ?? "", {
      settings: { tier: "db-custom-4-15360" },
    });
    cloud.delete("compute/ForwardingRule", cloud.list("compute/ForwardingRule")[0]?.id ?? "");
    await refresh();
    expect(await stack.plan()).toEqual({ sql: "update", rule: "create" });
    await stack.up();
    expect(cloud.list("sql/DatabaseInstance")[0]?.properties).toMatchObject({ settings: { tier: "db-custom-2-7680" } });
  });

  it("refuses ranges that overlap", async () => {
    const wanted = { value: "second-value", labels: { team: "others" } };
    await stack.program(program({ ...wanted, range: "10.9.0.0/24", more: CLASH }));
    expect(await fails()).toContain("10.9.0.128/25 conflicts with existing subnetwork");
    await stack.program(program({ ...wanted, range: "10.9.0.0/24" }));
    await stack.up();
    expect(cloud.list("compute/Subnetwork")).toHaveLength(1);
  });

  it("recovers from the end of the engine in the middle, which leaves an object that nobody knows of", async () => {
    const more = `new gcp.compute.Address("late", { addressType: "EXTERNAL" }, options);`;
    const wanted = { value: "second-value", labels: { team: "others" }, range: "10.9.0.0/24" };
    await stack.program(program({ ...wanted, more }));
    cloud.inject({ name: "late", method: "create", kill: true, when: "after", times: 1 });
    await fails();
    await stack.succeeds("cancel", "--yes");
    expect(await stack.up()).toContain("Address::late, interrupted while creating");
    await stack.succeeds("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
    const late = cloud.list("compute/Address").filter(({ properties }) => /^late-/.test(String(properties["name"])));
    expect(late).toHaveLength(2);
    expect(cloud.calls().filter(({ name, method }) => name === "late" && method === "create")).toHaveLength(2);
    await stack.program(program(wanted));
    await stack.up();
    for (const { id } of cloud.list("compute/Address").filter(({ id }) => id.includes("/late-"))) {
      cloud.delete("compute/Address", id);
    }
  });

  it("refuses to delete what is protected, and what is in use", async () => {
    const wanted = { value: "second-value", labels: { team: "others" }, range: "10.9.0.0/24" };
    await stack.program(program({ ...wanted, protect: true }));
    expect(await stack.plan()).toEqual({ sql: "update" });
    await stack.up();
    expect(await stack.fails("destroy", "--yes", "--skip-preview")).toContain("deletion_protection is set to true");
    expect(cloud.list("sql/DatabaseInstance")).toHaveLength(1);

    await stack.program(program(wanted));
    await stack.up();
    cloud.put({
      type: "compute/Address",
      id: "somebody-elses",
      properties: { subnetwork: cloud.list("compute/Subnetwork")[0]?.id },
    });
    expect(await stack.fails("destroy", "--yes", "--skip-preview")).toContain(
      "is already being used by 'somebody-elses'",
    );
    cloud.delete("compute/Address", "somebody-elses");
  });

  it("deletes each thing before what it needs", async () => {
    await stack.up();
    cloud.forgetCalls();
    await stack.succeeds("destroy", "--yes", "--skip-preview");
    const deleted = cloud
      .calls()
      .filter(({ method }) => method === "delete")
      .map(({ name }) => name);
    expect(deleted).not.toContain("admin");
    for (const [first, then] of [
      ["rule", "address"],
      ["address", "sub"],
      ["sub", "net"],
      ["version", "secret"],
      ["rule", "sql"],
    ]) {
      expect(deleted.indexOf(first ?? "")).toBeLessThan(deleted.indexOf(then ?? ""));
    }
    expect(cloud.list().map(({ type }) => type)).toEqual(Array(5).fill("projects/Service"));
  });
});
