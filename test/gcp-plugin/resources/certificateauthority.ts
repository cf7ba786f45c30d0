import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { caCertificate } from "../certificate-authority.ts";
import { declare } from "../cloud-type.ts";
import { deletionPolicy, duration, flag, labels, matching, project, text } from "./fields.ts";
import { iamMember } from "./iam.ts";

const api = "privateca.googleapis.com";

const name = matching(/^[a-zA-Z0-9_-]{1,63}$/, "it must have 1 to 63 letters, digits, _ and -");

const DAY = 86_400_000;

/** How long a deleted authority can be brought back: until then its pool is not empty. */
const GRACE_DAYS = 30;

export const caPool = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    labels,
    location: z.string(),
    name,
    project,
    publishingOptions: z
      .strictObject({
        encodingFormat: z.enum(["PEM", "DER"]).optional(),
        publishCaCert: z.boolean(),
        publishCrl: z.boolean(),
      })
      .optional(),
    tier: z.enum(["ENTERPRISE", "DEVOPS"]),
  }),
  immutable: ["location", "name", "project", "tier"],
  computed: [],
  autoName: 255,
  labels: "labels",
  id: "projects/{project}/locations/{location}/caPools/{name}",
  problems: ({ tier, publishingOptions }) =>
    tier === "DEVOPS" && publishingOptions?.publishCrl === true
      ? [{ property: "publishingOptions.publishCrl", reason: "the tier DEVOPS publishes no CRL" }]
      : [],
  outputs: () => ({}),
  beforeDelete({ id }, cloud) {
    const inside = [
      ...cloud.list("certificateauthority/Authority"),
      ...cloud.tombstones("certificateauthority/Authority"),
    ];
    const authority = inside.find((candidate) => candidate.id.startsWith(`${id}/`));
    if (!authority) return;
    throw new GoogleError(
      400,
      `The CaPool '${id}' still contains the CertificateAuthority '${authority.id}'.`,
      "failedPrecondition",
    );
  },
  inUse: ({ id }, user) => new GoogleError(400, `The CaPool '${id}' is used by '${user.id}'.`, "failedPrecondition"),
});

const usage = z.record(z.string(), z.boolean());

export const authority = declare({
  api,
  inputs: z.strictObject({
    certificateAuthorityId: name,
    config: z.strictObject({
      subjectConfig: z.strictObject({
        subject: z.strictObject({ commonName: z.string().optional(), organization: text, countryCode: text }),
        subjectAltName: z.strictObject({ dnsNames: z.array(z.string()).optional() }).optional(),
      }),
      x509Config: z.strictObject({
        caOptions: z.strictObject({
          isCa: z.literal(true, "an authority is one"),
          maxIssuerPathLength: z.int().optional(),
          zeroMaxIssuerPathLength: flag,
        }),
        keyUsage: z.strictObject({ baseKeyUsage: usage, extendedKeyUsage: usage }),
      }),
    }),
    deletionPolicy,
    deletionProtection: flag,
    desiredState: z.enum(["ENABLED", "DISABLED", "STAGED"]).optional(),
    ignoreActiveCertificatesOnDeletion: flag,
    keySpec: z.strictObject({
      algorithm: z
        .enum([
          "RSA_PSS_2048_SHA256",
          "RSA_PSS_4096_SHA256",
          "RSA_PKCS1_2048_SHA256",
          "RSA_PKCS1_4096_SHA256",
          "EC_P256_SHA256",
          "EC_P384_SHA384",
        ])
        .optional(),
      cloudKmsKeyVersion: text,
    }),
    labels,
    lifetime: duration.optional(),
    location: z.string(),
    pool: z.string(),
    project,
    skipGracePeriod: flag,
    type: z.enum(["SELF_SIGNED", "SUBORDINATE"]).optional(),
  }),
  defaults: {
    deletionProtection: true,
    ignoreActiveCertificatesOnDeletion: false,
    lifetime: "315360000s",
    skipGracePeriod: false,
    type: "SELF_SIGNED",
  },
  immutable: ["certificateAuthorityId", "config", "keySpec", "lifetime", "location", "pool", "project", "type"],
  computed: ["accessUrls", "createTime", "name", "pemCaCertificates", "state", "updateTime"],
  labels: "labels",
  uses: { pool: "certificateauthority/CaPool" },
  id: "projects/{project}/locations/{location}/caPools/{pool}/certificateAuthorities/{certificateAuthorityId}",
  protected:
    "cannot destroy CertificateAuthority without setting deletion_protection=false and running `terraform apply`",
  outputs(_, { cloud, id, before }) {
    const createTime = before?.properties["createTime"] ?? new Date().toISOString();
    return {
      accessUrls: [],
      createTime,
      name: id,
      pemCaCertificates: [caCertificate(cloud)],
      state: "ENABLED",
      updateTime: createTime,
    };
  },
  nameRests: ({ properties }) => (properties["skipGracePeriod"] === true ? 0 : GRACE_DAYS * DAY),
});

export const caPoolIamMember = iamMember(api, ["caPool", "certificateauthority/CaPool"], {
  location: z.string().optional(),
});
