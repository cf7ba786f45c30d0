import { createPrivateKey, X509Certificate } from "node:crypto";

import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { declare } from "../cloud-type.ts";
import { api, inUse, SELF_LINK } from "./compute.ts";
import { cidr, computeName, deletionPolicy, names, project, region, text } from "./fields.ts";

export const regionSslPolicy = declare({
  api,
  inputs: z.strictObject({
    customFeatures: names,
    deletionPolicy,
    description: text,
    minTlsVersion: z.enum(["TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3"]).optional(),
    name: computeName,
    profile: z.enum(["COMPATIBLE", "MODERN", "RESTRICTED", "CUSTOM", "FIPS_202205"]).optional(),
    project,
    region,
  }),
  defaults: { minTlsVersion: "TLS_1_0", profile: "COMPATIBLE" },
  immutable: ["description", "name", "project", "region"],
  computed: ["creationTimestamp", "enabledFeatures", "fingerprint"],
  sets: ["customFeatures"],
  autoName: 255,
  id: "projects/{project}/regions/{region}/sslPolicies/{name}",
  selfLink: SELF_LINK,
  problems({ profile, customFeatures, minTlsVersion }) {
    // https://cloud.google.com/load-balancing/docs/ssl-policies-concepts
    const rules: [boolean, string, string][] = [
      [
        (profile === "CUSTOM") !== (customFeatures !== undefined),
        "customFeatures",
        "the profile CUSTOM, and no other, has them",
      ],
      [
        minTlsVersion === "TLS_1_3" && profile !== "RESTRICTED",
        "minTlsVersion",
        "TLS_1_3 needs the profile RESTRICTED",
      ],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs: (_, { before }) => ({
    creationTimestamp: before?.properties["creationTimestamp"] ?? new Date().toISOString(),
    enabledFeatures: ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"],
    fingerprint: "c3RhbmQtaW4=",
  }),
  inUse: inUse("ssl policy"),
});

const source = z.union([z.literal("*"), cidr]);

export const regionSecurityPolicy = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    description: text,
    name: computeName,
    project,
    region,
    rules: z
      .array(
        z.strictObject({
          action: z.string().regex(/^(allow|deny(\((403|404|502)\))?|rate_based_ban|redirect|throttle)$/),
          description: z.string().max(64).optional(),
          match: z.strictObject({
            // https://cloud.google.com/armor/quotas: 10 ranges in a rule.
            config: z.strictObject({ srcIpRanges: z.array(source).max(10, "a rule takes 10 ranges at most") }),
            versionedExpr: z.enum(["SRC_IPS_V1"]),
          }),
          preview: z.boolean().optional(),
          priority: z.int().min(0).max(2_147_483_647),
        }),
      )
      .optional(),
    type: z.enum(["CLOUD_ARMOR", "CLOUD_ARMOR_EDGE", "CLOUD_ARMOR_NETWORK"]).optional(),
  }),
  immutable: ["name", "project", "region", "type"],
  computed: ["fingerprint", "policyId", "selfLinkWithPolicyId"],
  optional: ["rules"],
  autoName: 255,
  id: "projects/{project}/regions/{region}/securityPolicies/{name}",
  selfLink: SELF_LINK,
  problems({ rules = [] }) {
    const priorities = rules.map(({ priority }) => priority);
    const twice = priorities.find((priority, index) => priorities.indexOf(priority) !== index);
    return twice === undefined ? [] : [{ property: "rules", reason: `two rules have the priority ${twice}` }];
  },
  outputs: (_, { id }) => ({ fingerprint: "c3RhbmQtaW4=", policyId: "1", selfLinkWithPolicyId: `${SELF_LINK}${id}` }),
  inUse: inUse("security policy"),
});

export const regionSslCertificate = declare({
  api,
  inputs: z.strictObject({
    certificate: z.string(),
    deletionPolicy,
    description: text,
    name: computeName,
    privateKey: z.string(),
    project,
    region,
  }),
  immutable: ["certificate", "description", "name", "privateKey", "project", "region"],
  computed: ["certificateId", "creationTimestamp", "expireTime"],
  secrets: ["certificate", "privateKey"],
  autoName: 255,
  id: "projects/{project}/regions/{region}/sslCertificates/{name}",
  selfLink: SELF_LINK,
  outputs: ({ certificate, privateKey }, { before }) => ({
    certificateId: 1,
    creationTimestamp: before?.properties["creationTimestamp"] ?? new Date().toISOString(),
    expireTime: certificateFor(certificate, privateKey).validToDate.toISOString(),
  }),
  inUse: inUse("ssl certificate"),
});

/** Reads a certificate. @throws GoogleError for one that does not belong to the key, as load balancers do. */
export function certificateFor(chain: string, privateKey: string): X509Certificate {
  try {
    const certificate = new X509Certificate(chain);
    if (certificate.checkPrivateKey(createPrivateKey(privateKey))) return certificate;
  } catch {
    throw new GoogleError(400, "The SSL certificate could not be parsed.", "sslCertificateCouldNotParseCert");
  }
  throw new GoogleError(400, "The SSL key and the SSL certificate do not match.", "sslCertificateInvalidKey");
}
