import * as pulumi from "@pulumi/pulumi";

import type { Inputs, StateName } from "../../providers/local/postgres.ts";
import { DynamicResource } from "../dynamic-resource.ts";

const MODULE: StateName = { module: "#providers/local/postgres.ts", type: "local:Postgres" };

/** A PostgreSQL server of this machine. */
export class LocalPostgres extends DynamicResource {
  /** The port on 127.0.0.1 that it listens on. */
  declare readonly port: pulumi.Output<number>;

  constructor(
    name: string,
    args: { [K in keyof Omit<Inputs, "start" | "port">]: pulumi.Input<Inputs[K]> },
    opts?: pulumi.CustomResourceOptions,
  ) {
    const props = { ...args, port: undefined };
    const secret = { additionalSecretOutputs: ["password"] };
    super(MODULE, name, props, pulumi.mergeOptions(opts, secret));
  }
}
