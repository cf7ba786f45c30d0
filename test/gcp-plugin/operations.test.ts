import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { Operations } from "./operations.ts";
import { types } from "./resources/all.ts";
import { TestCloud } from "./test-cloud.ts";

const config = {
  project: "test-project",
  region: "europe-west1",
  defaultLabels: {},
  attribution: false,
  listsRegions: false,
};
const APIS = [
  "cloudkms",
  "cloudresourcemanager",
  "compute",
  "container",
  "dns",
  "iam",
  "privateca",
  "pubsub",
  "secretmanager",
  "serviceusage",
  "sqladmin",
];

let cloud: TestCloud;

beforeEach(async () => {
  const enabled = APIS.map((name) => `${name}.googleapis.com`);
  const folder = await mkdtemp(join(tmpdir(), "operations-"));
  cloud = TestCloud.create(folder, { project: "test-project", projectNumber: "123", enabled });
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(cloud.folder, { recursive: true });
});

const of = (type: string) => new Operations(type, types, cloud, config);
const create = (type: string, inputs: Values) => of(type).create(inputs);
const network = () => create("compute/Network", { name: "net" });
const subnetwork = (name: string, ipCidrRange: string) =>
  create("compute/Subnetwork", { name, network: "net", ipCidrRange });
const secret = (more: Values = {}) =>
  create("secretmanager/Secret", { secretId: "key", replication: { auto: {} }, ...more });
const version = (secretData: string) =>
  create("secretmanager/SecretVersion", { secret: "projects/test-project/secrets/key", secretData });
const grant = (type: string, inputs: Values) => create(type, { role: "roles/viewer", ...inputs });
const server = { databaseVersion: "POSTGRES_16", settings: { tier: "db-custom-2-7680" } };

describe("create", () => {
  it("refuses what exists, and what needs an API that is not enabled or an object that is not there", () => {
    expect(() => subnetwork("nodes", "10.0.0.0/24")).toThrow("Error 404: The resource 'net' was not found");
    network();
    expect(network).toThrow("Error 409: The resource 'projects/test-project/global/networks/net' already exists");
    expect(() => create("memorystore/Instance", { instanceId: "valkey" })).toThrow(
      "location: required field is not set",
    );
    expect(() => create("memorystore/Instance", { instanceId: "valkey", location: "europe-west1" })).toThrow(
      "Error 403: memorystore.googleapis.com has not been used in project 123 before or it is disabled",
    );
  });

  it("refuses ranges that overlap in a network, those of pods as well", () => {
    network();
    create("compute/Subnetwork", {
      name: "nodes",
      network: "net",
      ipCidrRange: "10.0.0.0/24",
      secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "10.4.0.0/14" }],
    });
    expect(() => subnetwork("clash", "10.5.0.0/24")).toThrow(
      "10.5.0.0/24 conflicts with existing subnetwork 'nodes' in region 'europe-west1'",
    );
    expect(subnetwork("other", "10.0.1.0/24").properties["gatewayAddress"]).toBe("10.0.1.1");
  });

  it("refuses a second active subnet of proxies, and another range of the one that is there", () => {
    network();
    const proxies = { network: "net", purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE", region: "europe-west1" };
    const { id } = create("compute/Subnetwork", { ...proxies, name: "proxies", ipCidrRange: "10.26.0.0/23" });
    const second = { ...proxies, name: "others", ipCidrRange: "10.27.0.0/23" };
    expect(() => create("compute/Subnetwork", second)).toThrow(`'${id}' of purpose REGIONAL_MANAGED_PROXY is active`);
    create("compute/Subnetwork", { ...second, role: "BACKUP" });
    create("compute/Subnetwork", { ...second, name: "elsewhere", ipCidrRange: "10.28.0.0/23", region: "europe-west4" });
    const larger = { ...proxies, name: "proxies", ipCidrRange: "10.26.0.0/22" };
    expect(() => of("compute/Subnetwork").update(id, larger)).toThrow("can't be expanded to '10.26.0.0/22'");
  });

  it("gives internal addresses of the subnet, each once", () => {
    network();
    const { id } = subnetwork("nodes", "10.0.0.0/29");
    const reserve = (name: string) => create("compute/Address", { name, addressType: "INTERNAL", subnetwork: id });
    const given = ["a", "b", "c", "d"].map((name) => reserve(name).properties["address"]);
    expect(given).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]);
    expect(() => reserve("e")).toThrow("No free address is left");
  });

  it("refuses members that do not exist yet", () => {
    const pool =
      "principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/test-project.svc.id.goog/subject/ns/a/sa/b";
    expect(() => grant("projects/IAMMember", { member: pool })).toThrow(
      "Identity Pool does not exist (test-project.svc.id.goog)",
    );
    cloud.put({ type: "container/Cluster", id: "cluster", properties: {} });
    expect(grant("projects/IAMMember", { member: pool }).id).toBe(`test-project/roles/viewer/${pool}`);

    const agent = "serviceAccount:service-123@gcp-sa-secretmanager.iam.gserviceaccount.com";
    expect(() => grant("projects/IAMMember", { member: agent })).toThrow("does not exist");
    create("projects/ServiceIdentity", { service: "secretmanager.googleapis.com" });
    expect(grant("projects/IAMMember", { member: agent }).properties["member"]).toBe(agent);
    expect(() =>
      grant("projects/IAMMember", { member: "serviceAccount:no@test-project.iam.gserviceaccount.com" }),
    ).toThrow("Service account no@");
  });

  it("doesn't tell each agent, though it is there", () => {
    const { properties } = create("projects/ServiceIdentity", { service: "container.googleapis.com" });
    expect(properties).not.toHaveProperty("member");
    const agent = "serviceAccount:service-123@container-engine-robot.iam.gserviceaccount.com";
    expect(grant("projects/IAMMember", { member: agent }).properties["member"]).toBe(agent);
  });

  it("refuses a key that the service may not use", () => {
    const ring = create("kms/KeyRing", { name: "ring", location: "europe-west1" });
    const key = create("kms/CryptoKey", { name: "key", keyRing: ring.id });
    const replicas = [{ location: "europe-west1", customerManagedEncryption: { kmsKeyName: key.id } }];
    const replication = { userManaged: { replicas } };
    expect(() => secret({ replication })).toThrow("Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied");
    const { member } = create("projects/ServiceIdentity", { service: "secretmanager.googleapis.com" }).properties;
    create("kms/CryptoKeyIAMMember", {
      cryptoKeyId: key.id,
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member,
    });
    expect(secret({ replication }).properties["name"]).toBe("projects/123/secrets/key");
  });

  it("refuses a value of more than 64 KiB, and numbers versions on and on", () => {
    secret();
    expect(() => version("x".repeat(65_537))).toThrow("exceeds the limit of 65536 bytes");
    expect(version("x".repeat(65_536)).id).toBe("projects/123/secrets/key/versions/1");
    of("secretmanager/SecretVersion").delete("projects/123/secrets/key/versions/1", {});
    expect(version("next").properties["version"]).toBe("2");
  });
});

describe("delete", () => {
  it("refuses what is in use, and takes along what is part of it", () => {
    const net = network();
    const sub = subnetwork("nodes", "10.0.0.0/24");
    expect(() => {
      of("compute/Network").delete(net.id, {});
    }).toThrow(`The network resource '${net.id}' is already being used by '${sub.id}', resourceInUseByAnotherResource`);
    secret();
    version("value");
    of("secretmanager/Secret").delete("projects/test-project/secrets/key", {});
    expect(cloud.list("secretmanager/SecretVersion")).toEqual([]);
  });

  it("refuses what is protected, first by the provider and then by the API", () => {
    const settings = { ...server.settings, deletionProtectionEnabled: true };
    create("sql/DatabaseInstance", { ...server, name: "sql", settings });
    const remove = (deletionProtection: boolean) => () => {
      of("sql/DatabaseInstance").delete("sql", { deletionProtection });
    };
    expect(remove(true)).toThrow("failed to delete instance because deletion_protection is set to true");
    expect(remove(false)).toThrow("The instance is protected");
    cloud.patch("sql/DatabaseInstance", "sql", { settings: { deletionProtectionEnabled: false } });
    remove(false)();
    expect(cloud.list("sql/DatabaseInstance")).toEqual([]);
  });

  it("keeps a server's name for a week, and those of key rings and keys for ever", () => {
    vi.useFakeTimers();
    const make = () => create("sql/DatabaseInstance", { ...server, name: "sql" });
    make();
    of("sql/DatabaseInstance").delete("sql", {});
    vi.advanceTimersByTime(6 * 86_400_000);
    expect(make).toThrow("until one week after the deletion");
    vi.advanceTimersByTime(2 * 86_400_000);
    expect(make().id).toBe("sql");

    const ring = () => create("kms/KeyRing", { name: "ring", location: "europe-west1" });
    const { id } = ring();
    create("kms/CryptoKey", { name: "key", keyRing: id });
    of("kms/CryptoKey").delete(`${id}/cryptoKeys/key`, {});
    of("kms/KeyRing").delete(id, {});
    vi.advanceTimersByTime(1000 * 86_400_000);
    expect(ring).toThrow("already exists");
    expect(() => create("kms/CryptoKey", { name: "key", keyRing: id })).toThrow("already exists");
  });

  it("refuses a pool whose authority can still be brought back", () => {
    const pool = create("certificateauthority/CaPool", { name: "pool", location: "europe-west1", tier: "DEVOPS" });
    const type = "certificateauthority/Authority";
    const authority = (skipGracePeriod: boolean) => {
      const id = `${pool.id}/certificateAuthorities/root`;
      cloud.put({ type, id, properties: { pool: "pool", skipGracePeriod } });
      of(type).delete(id, {});
    };
    const remove = () => {
      of("certificateauthority/CaPool").delete(pool.id, {});
    };
    authority(false);
    expect(remove).toThrow("still contains the CertificateAuthority");
    vi.useFakeTimers({ now: Date.now() + 31 * 86_400_000 });
    authority(true);
    remove();
    expect(cloud.list("certificateauthority/CaPool")).toEqual([]);
  });

  it("leaves APIs enabled unless told to disable them, and objects that are abandoned", () => {
    const service = "dns.googleapis.com";
    const { id } = create("projects/Service", { service });
    of("projects/Service").delete(id, { service });
    expect(cloud.list("projects/Service")).toHaveLength(1);
    of("projects/Service").delete(id, { service, disableOnDestroy: true });
    expect(cloud.list("projects/Service")).toEqual([]);
  });
});
