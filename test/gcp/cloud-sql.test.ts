import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

import { backupLocation } from "../../components/gcp/backup-location.ts";
import { CloudSql, type CloudSqlArgs, hostnameOf } from "../../components/gcp/cloud-sql.ts";
import type { GcpPlace } from "../../components/gcp/place.ts";
import { only, place, registered, type RegisteredWithOptions } from "./mocks.ts";

const INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance";
const ATTACHMENT = "projects/producer/regions/europe-west1/serviceAttachments/a-psc-service-attachment";

let server: CloudSql | undefined;

function make(overrides: Partial<GcpPlace> = {}, settings: Partial<CloudSqlArgs["settings"]> = {}) {
  return registered(
    () => {
      server = new CloudSql("postgres", {
        place: place(overrides),
        settings: {
          tier: "db-custom-2-7680",
          diskSize: 20,
          retainedBackups: 7,
          logDays: 7,
          maintenance: { day: 7, hour: 3 },
          ...settings,
        },
        network: {
          network: "projects/my-project/global/networks/n",
          subnetwork: "projects/my-project/regions/europe-west1/subnetworks/s",
        },
        maxConnections: 400,
        labels: { team: "research" },
      });
    },
    ({ type }) =>
      type === INSTANCE
        ? {
            pscServiceAttachmentLink: ATTACHMENT,
            connectionName: "p:r:i",
            dnsName: "1a23b4cd5e67.1a2b345c6d27.europe-west1.sql.goog.",
            serverCaCerts: [PRESENT],
          }
        : {},
    (token) => (token === "gcp:sql/getCaCerts:getCaCerts" ? listed : undefined),
  );
}

/** Certificates of authorities as Cloud SQL lists them. */
const FORMER = { cert: "former", createTime: "2026-01-01T00:00:00Z" };
const PRESENT = { cert: "present\n", createTime: "2026-02-01T00:00:00Z" };
const NEXT = { cert: "next\n", createTime: "2026-03-01T00:00:00Z" };

/** What Cloud SQL answers when it is asked for all of them. */
let listed: { certs: object[] } | undefined = { certs: [NEXT, PRESENT, FORMER] };

describe("a protected, highly available server", () => {
  let resources: RegisteredWithOptions[];
  beforeAll(async () => {
    resources = await make();
  });

  it("is what the settings say", () => {
    expect(only(resources, INSTANCE)).toMatchObject({
      name: "llm-gateway-test-postgres",
      inputs: {
        databaseVersion: "POSTGRES_16",
        region: "europe-west1",
        settings: {
          tier: "db-custom-2-7680",
          edition: "ENTERPRISE",
          availabilityType: "REGIONAL",
          userLabels: { team: "research" },
          diskSize: 20,
          diskAutoresize: true,
          diskAutoresizeLimit: 200,
          maintenanceWindow: { day: 7, hour: 3, updateTrack: "stable" },
          backupConfiguration: {
            enabled: true,
            startTime: "23:00",
            location: "eu",
            pointInTimeRecoveryEnabled: true,
            transactionLogRetentionDays: 7,
            backupRetentionSettings: { retainedBackups: 7, retentionUnit: "COUNT" },
          },
        },
      },
    });
  });

  it("has no address but its endpoint in the network, for this project alone", () => {
    expect(only(resources, INSTANCE).inputs).toHaveProperty("settings.ipConfiguration", {
      ipv4Enabled: false,
      sslMode: "ENCRYPTED_ONLY",
      serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
      pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["my-project"] }],
    });
    expect(only(resources, "gcp:compute/address:Address").inputs).toMatchObject({
      addressType: "INTERNAL",
      subnetwork: "projects/my-project/regions/europe-west1/subnetworks/s",
    });
    expect(only(resources, "gcp:compute/forwardingRule:ForwardingRule").inputs).toMatchObject({
      loadBalancingScheme: "",
      network: "projects/my-project/global/networks/n",
      ipAddress: "{selfLink of llm-gateway-test-postgres}",
      target: ATTACHMENT,
    });
  });

  it("can be deleted neither by Pulumi nor by anybody else, and leaves a last backup", () => {
    expect(only(resources, INSTANCE)).toMatchObject({
      protect: true,
      inputs: {
        deletionProtection: true,
        settings: {
          deletionProtectionEnabled: true,
          retainBackupsOnDelete: true,
          finalBackupConfig: { enabled: true, retentionDays: 30 },
        },
      },
    });
  });

  it("logs and samples no client, statement or value", () => {
    const { settings } = only(resources, INSTANCE).inputs as {
      settings: { databaseFlags: { name: string; value: string }[]; insightsConfig: unknown };
    };
    const flags = Object.fromEntries(settings.databaseFlags.map(({ name, value }) => [name, value]));
    expect(flags).toMatchObject({
      max_connections: "400",
      log_min_error_statement: "panic",
      log_error_verbosity: "terse",
    });
    expect(flags).not.toHaveProperty("log_statement");
    expect(flags).not.toHaveProperty("log_min_duration_statement");
    expect(settings.insightsConfig).toMatchObject({ queryInsightsEnabled: true, recordClientAddress: false });
  });

  it("has an administrator whose password is a secret, and who goes with it", () => {
    expect(only(resources, "gcp:sql/user:User")).toMatchObject({
      inputs: { name: "administrator", password: "[secret]", deletionPolicy: "ABANDON" },
      deletedWith: `${INSTANCE} llm-gateway-test-postgres`,
    });
    expect(only(resources, "random:index/randomPassword:RandomPassword").inputs).toMatchObject({ special: false });
  });

  it("says where it is, and when its endpoint leads there", async () => {
    const values = await new Promise((resolve) => server?.host.apply(resolve));
    expect(values).toBe("{address of llm-gateway-test-postgres}");
    expect(server?.port).toBe(5432);
    const { promise, resolve } = Promise.withResolvers<string>();
    server?.ready.urn.apply(resolve);
    expect(await promise).toMatch(/ForwardingRule::llm-gateway-test-postgres$/);
  });
});

describe("its certificate", () => {
  const known = async (output: pulumi.Output<string> | undefined) => new Promise((resolve) => output?.apply(resolve));

  it("is checked for the name that Google gave it", async () => {
    await make();
    expect(await known(server?.hostname)).toBe("1a23b4cd5e67.1a2b345c6d27.europe-west1.sql.goog");
    expect(() => hostnameOf(undefined)).toThrow("The state lacks the DNS name of the Cloud SQL instance");
  });

  it("may be of any of its authorities, the present one first, which is no secret", async () => {
    await make();
    expect(await known(server?.authorities)).toBe("present\nformer\nnext\n");
    expect(await pulumi.isSecret(server?.authorities ?? pulumi.output(""))).toBe(false);
  });

  it("is checked against only the present one where they can't be listed, as when the instance is gone", async () => {
    const all = listed;
    listed = undefined;
    await make();
    expect(await known(server?.authorities)).toBe("present\n");
    listed = all;
  });
});

it("Cloud SQL still leaves a last backup when its protection is lifted, so that it can be deleted", async () => {
  expect(only(await make({ protect: false }), INSTANCE)).toMatchObject({
    protect: false,
    inputs: {
      deletionProtection: false,
      settings: {
        deletionProtectionEnabled: false,
        retainBackupsOnDelete: true,
        finalBackupConfig: { enabled: true },
      },
    },
  });
});

it("Cloud SQL leaves nothing behind where it was made to be thrown away", async () => {
  const { inputs } = only(await make({ protect: false, highAvailability: false }), INSTANCE);
  expect(inputs).toMatchObject({ settings: { availabilityType: "ZONAL", retainBackupsOnDelete: false } });
  expect(inputs).not.toHaveProperty("settings.finalBackupConfig");
});

it("Cloud SQL takes the edition that its machine type is of", async () => {
  const { inputs } = only(await make({}, { tier: "db-perf-optimized-N-2", logDays: 35 }), INSTANCE);
  expect(inputs).toMatchObject({ settings: { edition: "ENTERPRISE_PLUS" } });
});

it.each([
  ["europe-west1", "eu"],
  ["us-central1", "us"],
  ["asia-southeast1", "asia"],
  ["australia-southeast1", undefined],
  ["northamerica-northeast1", undefined],
])("Cloud SQL keeps backups of %s in %s, which for a continent without one is the nearest", (region, location) => {
  expect(backupLocation(region)).toBe(location);
});
