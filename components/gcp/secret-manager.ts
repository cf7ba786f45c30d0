import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { GcpSettings } from "../../config/schema/gcp/gcp.ts";
import { EncryptionKey } from "./encryption-key.ts";
import type { GcpPlace } from "./place.ts";
import { RotationReminder } from "./rotation-reminder.ts";

export interface SecretManagerArgs {
  place: GcpPlace;
  settings: GcpSettings["secrets"];
  /** The time that reminders count from. Default: the system's clock. */
  now?: Date;
}

export interface KeptSecretArgs {
  /** The value: must be a secret. */
  value: pulumi.Input<string>;
  /** IAM members that may read the value, and nobody else through us, by a name for each. */
  readers: Record<string, pulumi.Input<string>>;
  /** Whether it encrypts what can't be read again with another one: then it is never rotated, and protected. */
  irreplaceable?: boolean;
}

/** A value in Secret Manager. */
export interface KeptSecret {
  /** `projects/…/secrets/…/versions/3`: this very value. */
  version: pulumi.Output<string>;
  /** What reads the value depends on these. */
  ready: pulumi.Resource[];
}

/** How long a value that is no longer used can be brought back: a week. */
const RECOVERABLE = "604800s";

/**
 * Secret Manager as a stack uses it: one secret for each value, with one version at a time, which readers name by its
 * number. A new value makes a new version; the former one goes when nothing names it any more, and can be brought back
 * for a week: https://cloud.google.com/secret-manager/docs/best-practices.
 */
export class SecretManager extends pulumi.ComponentResource {
  readonly #place: GcpPlace;
  readonly #replication: gcp.secretmanager.SecretArgs["replication"];
  readonly #reminder: RotationReminder | undefined;
  readonly #ready: pulumi.Resource[];

  constructor(name: string, args: SecretManagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:gcp:SecretManager", name, {}, opts);
    const { place, settings, now } = args;
    const child = { parent: this };
    const days = settings.rotationReminder;
    this.#place = place;
    this.#replication = this.#replicated(settings);
    this.#reminder =
      days === undefined
        ? undefined
        : new RotationReminder(`${name}-rotation`, { place, days, ...(now && { now }) }, child);
    this.#ready = [...place.services, ...(this.#reminder?.ready ?? [])];
    this.registerOutputs();
  }

  /** Stores a value under the stack's name and this one. */
  keep(name: string, args: KeptSecretArgs): KeptSecret {
    const { value, readers, irreplaceable = false } = args;
    const secretId = `${this.#place.name}-${name}`;
    const child = { parent: this };
    const protect = irreplaceable && this.#place.protect;
    const secret = new gcp.secretmanager.Secret(
      secretId,
      {
        secretId,
        replication: this.#replication,
        versionDestroyTtl: RECOVERABLE,
        deletionProtection: protect,
        ...(!irreplaceable && this.#reminder?.reminder),
      },
      // Two can't have the same name, and where one is kept never changes.
      { ...child, protect, deleteBeforeReplace: true, dependsOn: this.#ready },
    );
    const within = { ...child, deletedWith: secret };
    const version = new gcp.secretmanager.SecretVersion(
      secretId,
      { secret: secret.id, secretData: pulumi.secret(value), deletionPolicy: "DELETE" },
      within,
    );
    const grants = Object.entries(readers).map(
      ([reader, member]) =>
        new gcp.secretmanager.SecretIamMember(
          `${secretId}-${reader}`,
          { secretId: secret.id, role: "roles/secretmanager.secretAccessor", member },
          within,
        ),
    );
    return { version: version.name, ready: [version, ...grants] };
  }

  #replicated({ locations, encryption }: GcpSettings["secrets"]): gcp.types.input.secretmanager.SecretReplication {
    if (locations.length === 0) return { auto: {} };
    return {
      userManaged: {
        replicas: locations.map((location) => ({
          location,
          ...(encryption && { customerManagedEncryption: { kmsKeyName: this.#key(location) } }),
        })),
      },
    };
  }

  /** A key encrypts what is kept in its own region: https://cloud.google.com/secret-manager/docs/cmek. */
  #key(location: string): pulumi.Output<string> {
    const purpose = `secrets-${location}`;
    return new EncryptionKey(
      `${this.#place.name}-${purpose}`,
      { place: this.#place, purpose, location, services: ["secretmanager.googleapis.com"] },
      { parent: this },
    ).id;
  }
}
