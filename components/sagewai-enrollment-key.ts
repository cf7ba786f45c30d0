import * as pulumi from "@pulumi/pulumi";

import type { Access } from "../providers/access/access.ts";
import { enrollmentValue } from "../providers/sagewai/enrollment-value.ts";
import type { StateName } from "../providers/sagewai/enrollment-key.ts";
import { DynamicResource } from "./dynamic-resource.ts";

const MODULE: StateName = { module: "#providers/sagewai/enrollment-key.ts", type: "sagewai:EnrollmentKey" };

export interface SagewaiEnrollmentKeyArgs {
  /** The way from this machine to the admin. */
  adminAccess: pulumi.Input<Access>;
  /** Opens the admin's whole API: secret. */
  apiToken: pulumi.Input<string>;
  /** Identity of the server that the admin's database is on. Default: it never changes. */
  databaseServer?: pulumi.Input<string> | undefined;
  /** The pool whose workers register with the key. */
  pool: string;
  /** The project that they register for. Default: they take tasks that belong to no project. */
  project?: string | undefined;
  /** What the key's value is derived from: secret. With another one, the key is replaced, and its workers are forgotten. */
  seed: pulumi.Input<string>;
}

/** The key that a pool's workers register with at the admin. The admin learns of it while it serves. */
export class SagewaiEnrollmentKey extends DynamicResource {
  /** The key, once the admin knows it. Secret. */
  readonly value: pulumi.Output<string>;
  declare private readonly generation: pulumi.Output<number | undefined>;

  constructor(name: string, args: SagewaiEnrollmentKeyArgs, opts: pulumi.CustomResourceOptions) {
    const seed = pulumi.secret(args.seed);
    // A replaced one that went last would revoke the key of the one in its place, which is the same.
    const options = { additionalSecretOutputs: ["apiToken", "seed"], deleteBeforeReplace: true };
    super(MODULE, name, { ...args, seed, generation: undefined, keyId: undefined }, pulumi.mergeOptions(opts, options));
    this.value = pulumi.secret(
      pulumi.all([seed, this.generation]).apply(([text, generation = 1]) => enrollmentValue(text, generation)),
    );
  }
}
