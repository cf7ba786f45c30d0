import type * as pulumi from "@pulumi/pulumi";

import type { KeptSecret, SecretManager } from "./secret-manager.ts";

/** Stores virtual keys in Secret Manager, where the members that the settings name for a project may read its key. */
export class SecretManagerKeyVault {
  readonly #secretManager: SecretManager;

  constructor(secretManager: SecretManager) {
    this.#secretManager = secretManager;
  }

  /**
   * Stores a virtual key as the secret `<stack's name>-key-<name>`.
   *
   * @param accessors IAM members, such as `group:research@example.com`.
   */
  keep(name: string, key: pulumi.Input<string>, accessors: string[]): KeptSecret {
    const readers = Object.fromEntries(accessors.map((member) => [member, member]));
    return this.#secretManager.keep(`key-${name}`, { value: key, readers });
  }
}
