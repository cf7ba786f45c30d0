import * as pulumi from "@pulumi/pulumi";

import type { Inputs, StateName } from "../../providers/local/service.ts";
import { DynamicResource } from "../dynamic-resource.ts";

const MODULE: StateName = { module: "#providers/local/service.ts", type: "local:Service" };

type Texts = Record<string, string>;

/** A value whose texts are still to come. */
type Unresolved<T> = T extends string[]
  ? pulumi.Input<string>[]
  : T extends Texts
    ? pulumi.Input<Record<string, pulumi.Input<string>>>
    : pulumi.Input<T>;

/** A service that runs as a process of this machine. */
export class LocalService extends DynamicResource {
  constructor(
    name: string,
    args: { [K in keyof Omit<Inputs, "start">]: Unresolved<Inputs[K]> },
    opts?: pulumi.CustomResourceOptions,
  ) {
    const secret = { additionalSecretOutputs: ["secrets", "privateSecrets", "secretFiles"] };
    super(MODULE, name, args, pulumi.mergeOptions(opts, secret));
  }
}
