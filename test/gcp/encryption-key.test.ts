import * as gcp from "@pulumi/gcp";
import { describe, expect, it } from "vitest";

import { EncryptionKey, type EncryptionKeyArgs } from "../../components/gcp/encryption-key.ts";
import { dependenciesOf, only, place, registered } from "./mocks.ts";

const AGENT = "gcp:projects/serviceIdentity:ServiceIdentity";
const KEY = "gcp:kms/cryptoKey:CryptoKey";
const AGENTS = { secretmanager: "gcp-sa-secretmanager", container: "container-engine-robot" };
const GRANT = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember";

/** A key, and a resource that encrypts with it. */
const used = (args: Omit<EncryptionKeyArgs, "place">, protect = true) =>
  registered(() => {
    const key = new EncryptionKey(`key-${args.purpose}`, { place: place({ protect }), ...args });
    new gcp.storage.Bucket("user", { location: "EU", encryption: { defaultKmsKeyName: key.id } });
  });

describe("a key of Cloud KMS", async () => {
  const resources = await used({
    purpose: "secrets-europe-west4",
    location: "europe-west4",
    services: ["secretmanager.googleapis.com", "container.googleapis.com"],
  });

  it("is kept where its data are, and replaced for new data every 90 days", () => {
    expect(only(resources, "gcp:kms/keyRing:KeyRing").inputs).toEqual({ location: "europe-west4" });
    expect(only(resources, KEY).inputs).toEqual({
      keyRing: "{id of llm-gateway-test-secrets-europe-west4}",
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: "7776000s",
    });
  });

  it("is for the agents of its services alone, which it makes sure exist", () => {
    const agents = resources.filter(({ type }) => type === AGENT);
    expect(agents.map(({ inputs }) => inputs["service"])).toEqual([
      "secretmanager.googleapis.com",
      "container.googleapis.com",
    ]);
    expect(resources.filter(({ type }) => type === GRANT).map(({ inputs }) => inputs)).toEqual(
      (["secretmanager", "container"] as const).map((service) => ({
        cryptoKeyId: "{id of llm-gateway-test-secrets-europe-west4}",
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: `serviceAccount:service-123456789012@${AGENTS[service]}.iam.gserviceaccount.com`,
      })),
    );
  });

  it("is used by nobody before its services may, and by nobody after", () => {
    const user = only(resources, "gcp:storage/bucket:Bucket");
    expect(user.inputs["encryption"]).toEqual({ defaultKmsKeyName: "{id of llm-gateway-test-secrets-europe-west4}" });
    expect([...dependenciesOf(resources, user)]).toEqual(
      expect.arrayContaining([
        `${GRANT} key-secrets-europe-west4-secretmanager`,
        `${GRANT} key-secrets-europe-west4-container`,
        `${AGENT} key-secrets-europe-west4-container`,
        `${KEY} llm-gateway-test-secrets-europe-west4`,
      ]),
    );
  });

  it.each([true, false])("is protected as everything that can't be made again: %s", async (protect) => {
    const resources = await used({ purpose: "cluster", services: ["container.googleapis.com"] }, protect);
    expect(only(resources, KEY).protect).toBe(protect);
    expect(only(resources, "gcp:kms/keyRing:KeyRing").inputs).toEqual({ location: "europe-west1" });
  });
});
