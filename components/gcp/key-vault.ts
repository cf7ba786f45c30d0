import type * as pulumi from "@pulumi/pulumi";

import type { KeptSecret, SecretManager } from "./secret-manager.ts";

/** Keeps virtual keys in Secret Manager, where those may read a project's key whom the settings name for the project. */
export class KeyVault {
  readonly #secretManager: SecretManager;

  constructor(secretManager: SecretManager) {
    this.#secretManager = secretManager;
  }

  /**
   * Keeps a virtual key as the secret `<stack's name>-key-<name>`.
   *
   * @param accessors IAM members, such as `group:research@example.com`.
   */
  keep(name: string, key: pulumi.Input<string>, accessors: string[]): KeptSecret {
    const readers = Object.fromEntries(accessors.map((member) => [member, member]));
    return this.#secretManager.keep(`key-${name}`, { value: key, readers });
  }
}
