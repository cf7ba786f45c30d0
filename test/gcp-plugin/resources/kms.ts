import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { declare } from "../cloud-type.ts";
import type { TestCloud } from "../test-cloud.ts";
import { deletionPolicy, duration, labels, matching, project } from "./fields.ts";
import { iamMember, isGranted } from "./iam.ts";

const api = "cloudkms.googleapis.com";

const name = matching(/^[a-zA-Z0-9_-]{1,63}$/, "it must have 1 to 63 letters, digits, _ and -");

/** Nobody can delete a key ring, so its name is taken for ever. */
export const keyRing = declare({
  api,
  inputs: z.strictObject({ location: z.string(), name, project }),
  immutable: ["location", "name", "project"],
  computed: [],
  autoName: 255,
  id: "projects/{project}/locations/{location}/keyRings/{name}",
  abandons: () => true,
  outputs: () => ({}),
});

export const cryptoKey = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    destroyScheduledDuration: duration.optional(),
    keyRing: matching(/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+$/, "it must be the id of a key ring"),
    labels,
    name,
    purpose: z.enum(["ENCRYPT_DECRYPT", "ASYMMETRIC_SIGN", "ASYMMETRIC_DECRYPT", "MAC"]).optional(),
    rotationPeriod: duration.optional(),
    skipInitialVersionCreation: z.boolean().optional(),
    versionTemplate: z
      .strictObject({
        algorithm: z.string(),
        protectionLevel: z.enum(["SOFTWARE", "HSM", "EXTERNAL", "EXTERNAL_VPC"]).optional(),
      })
      .optional(),
  }),
  defaults: { purpose: "ENCRYPT_DECRYPT", "versionTemplate.protectionLevel": "SOFTWARE" },
  immutable: ["destroyScheduledDuration", "keyRing", "name", "purpose", "versionTemplate.protectionLevel"],
  computed: ["primaries"],
  optional: ["destroyScheduledDuration", "versionTemplate"],
  autoName: 255,
  labels: "labels",
  uses: { keyRing: "kms/KeyRing" },
  id: "{keyRing}/cryptoKeys/{name}",
  problems({ rotationPeriod, purpose }) {
    const rules: [boolean, string, string][] = [
      [
        rotationPeriod !== undefined && Number.parseFloat(rotationPeriod) < 86_400,
        "rotationPeriod",
        "it must be a day (86400s) at least",
      ],
      [
        rotationPeriod !== undefined && purpose !== "ENCRYPT_DECRYPT",
        "rotationPeriod",
        "only ENCRYPT_DECRYPT keys rotate",
      ],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs: ({ destroyScheduledDuration = "2592000s" }, { id }) => ({
    destroyScheduledDuration,
    primaries: [{ name: `${id}/cryptoKeyVersions/1`, state: "ENABLED" }],
    versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "SOFTWARE" },
  }),
  // Its versions are destroyed, whoever uses them; the key itself stays without any.
  nameRests: () => Infinity,
  resting: (id) => new GoogleError(409, `CryptoKey ${id} already exists.`),
});

export const cryptoKeyIamMember = iamMember(api, ["cryptoKeyId", "kms/CryptoKey"]);

/** Refuses what an agent would have to encrypt with a key that it may not use. @throws GoogleError */
export function requireUse(cloud: TestCloud, key: string, agent: string): void {
  const member = `serviceAccount:service-${cloud.settings.projectNumber}@${agent}.iam.gserviceaccount.com`;
  if (isGranted(cloud, "kms/CryptoKeyIAMMember", key, "roles/cloudkms.cryptoKeyEncrypterDecrypter", member)) return;
  throw new GoogleError(
    403,
    `Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key}' (or it may not exist) for ${member}.`,
    "forbidden",
  );
}
