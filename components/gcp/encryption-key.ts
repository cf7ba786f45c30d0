import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpPlace } from "./place.ts";
import { type AgentApi, serviceAgent } from "./service-agent.ts";

export interface EncryptionKeyArgs {
  place: GcpPlace;
  /** What it encrypts, which is part of its name: `cluster`, `secrets-europe-west1`. */
  purpose: string;
  /** Location of the key, which has to be that of the encrypted data. Default: the place's region. */
  location?: string | undefined;
  /** The services that encrypt with it, by their APIs. */
  services: AgentApi[];
}

/** A key of Cloud KMS that the service agents of some services encrypt with, replaced for new data every 90 days. */
export class EncryptionKey extends pulumi.ComponentResource {
  /** `projects/…/cryptoKeys/…`, once the services may use it. */
  readonly id: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:EncryptionKey", name, {}, opts);
    const { place, purpose, location = place.region, services } = args;
    const child = { parent: this, dependsOn: place.services };
    const ring = new gcp.kms.KeyRing(`${place.name}-${purpose}`, { location }, child);
    const key = new gcp.kms.CryptoKey(
      `${place.name}-${purpose}`,
      { keyRing: ring.id, purpose: "ENCRYPT_DECRYPT", rotationPeriod: `${ROTATION_DAYS * 86_400}s` },
      // What its versions encrypted is lost with them.
      { parent: this, protect: place.protect },
    );
    const grants = services.map((api) => {
      const [short = api] = api.split(".");
      const member = serviceAgent(`${name}-${short}`, { place, api }, { parent: this });
      return new gcp.kms.CryptoKeyIAMMember(
        `${name}-${short}`,
        { cryptoKeyId: key.id, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", member },
        { parent: this },
      );
    });
    // Its id never changes, so a grant more or less shows at no user of the key.
    this.id = pulumi.all([key.id, pulumi.all(grants.map((grant) => grant.id))]).apply(([id]) => id);
    this.registerOutputs({ id: this.id });
  }
}

const ROTATION_DAYS = 90;
