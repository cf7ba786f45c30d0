import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { declare } from "../cloud-type.ts";
import type { TestCloud } from "../test-cloud.ts";
import { certificateFor } from "./compute-policies.ts";
import { deletionPolicy, duration, labels, matching, project, text } from "./fields.ts";
import { isGranted } from "./iam.ts";

const api = "certificatemanager.googleapis.com";

const name = matching(
  /^[a-z](?:[-_a-z0-9]{0,62})$/,
  "it must have 1 to 63 lower-case letters, digits, _ and -, and begin with a letter",
);

export const certificateIssuanceConfig = declare({
  api,
  inputs: z.strictObject({
    certificateAuthorityConfig: z.strictObject({
      certificateAuthorityServiceConfig: z
        .strictObject({
          caPool: matching(/^projects\/[^/]+\/locations\/[^/]+\/caPools\/[^/]+$/, "it must be the id of a pool"),
        })
        .optional(),
    }),
    deletionPolicy,
    description: text,
    keyAlgorithm: z.enum(["RSA_2048", "ECDSA_P256"]),
    labels,
    lifetime: duration,
    location: text,
    name,
    project,
    rotationWindowPercentage: z.int().min(1).max(99),
  }),
  defaults: { location: "global" },
  immutable: [
    ...[
      "certificateAuthorityConfig",
      "description",
      "keyAlgorithm",
      "effectiveLabels",
      "lifetime",
      "location",
      "name",
      "project",
    ],
    "rotationWindowPercentage",
  ],
  computed: ["createTime", "updateTime"],
  autoName: 255,
  labels: "labels",
  uses: { "certificateAuthorityConfig.certificateAuthorityServiceConfig.caPool": "certificateauthority/CaPool" },
  id: "projects/{project}/locations/{location}/certificateIssuanceConfigs/{name}",
  problems({ lifetime, rotationWindowPercentage }) {
    // https://cloud.google.com/certificate-manager/docs/issuance-configs: 21 to 30 days, renewed 7 days before the end.
    const days = Number.parseFloat(lifetime) / 86_400;
    const window = (days * rotationWindowPercentage) / 100;
    const rules: [boolean, string, string][] = [
      [days < 21 || days > 30, "lifetime", "it must be 21 to 30 days"],
      [
        window < 7 || days - window < 7,
        "rotationWindowPercentage",
        "there must be 7 days before and after the renewal",
      ],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs(inputs, { cloud, before }) {
    const pool = inputs.certificateAuthorityConfig.certificateAuthorityServiceConfig?.caPool ?? "";
    requireRequester(cloud, pool);
    const createTime = before?.properties["createTime"] ?? new Date().toISOString();
    return { createTime, updateTime: createTime };
  },
  inUse: ({ id }, user) =>
    new GoogleError(400, `The certificate issuance config '${id}' is used by '${user.id}'.`, "failedPrecondition"),
});

/** Certificates stay in PROVISIONING without it; here it is a refusal, so that a test fails at once. */
function requireRequester(cloud: TestCloud, pool: string): void {
  const member = `serviceAccount:service-${cloud.settings.projectNumber}@gcp-sa-certificatemanager.iam.gserviceaccount.com`;
  const role = "roles/privateca.certificateRequester";
  if (isGranted(cloud, "certificateauthority/CaPoolIamMember", pool, role, member)) return;
  throw new GoogleError(403, `${member} may not request certificates of '${pool}': it lacks ${role}.`, "forbidden");
}

export const certificate = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    description: text,
    labels,
    location: text,
    managed: z
      .strictObject({
        dnsAuthorizations: z.array(z.string()).optional(),
        domains: z.array(z.string().max(253)).min(1).optional(),
        issuanceConfig: text,
      })
      .optional(),
    name,
    project,
    scope: z.enum(["DEFAULT", "EDGE_CACHE", "ALL_REGIONS", "CLIENT_AUTH"]).optional(),
    selfManaged: z.strictObject({ pemCertificate: z.string(), pemPrivateKey: z.string() }).optional(),
  }),
  defaults: { location: "global", scope: "DEFAULT" },
  immutable: ["location", "managed", "name", "project", "scope"],
  computed: ["sanDnsnames"],
  secrets: ["selfManaged"],
  autoName: 255,
  labels: "labels",
  uses: { "managed.issuanceConfig": "certificatemanager/CertificateIssuanceConfig" },
  id: "projects/{project}/locations/{location}/certificates/{name}",
  problems({ managed, selfManaged, location, scope }) {
    const rules: [boolean, string, string][] = [
      [
        (managed === undefined) === (selfManaged === undefined),
        "managed",
        "one of managed and selfManaged, and only one, must be there",
      ],
      [location !== "global" && scope !== "DEFAULT", "scope", "a regional certificate has the scope DEFAULT"],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs({ managed, selfManaged, location = "" }) {
    const issuer = managed?.issuanceConfig;
    if (issuer?.includes(`/locations/${location}/`) === false) {
      throw new GoogleError(
        400,
        `The issuance config '${issuer}' is in another location than the certificate.`,
        "invalid",
      );
    }
    if (selfManaged) {
      const found = certificateFor(selfManaged.pemCertificate, selfManaged.pemPrivateKey).subjectAltName ?? "";
      return { sanDnsnames: found.split(", ").map((entry) => entry.replace("DNS:", "")) };
    }
    return { sanDnsnames: managed?.domains ?? [], managed: { state: "ACTIVE" } };
  },
  inUse: ({ id }, user) =>
    new GoogleError(400, `The certificate '${id}' is used by '${user.id}'.`, "failedPrecondition"),
});
