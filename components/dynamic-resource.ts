import * as pulumi from "@pulumi/pulumi";

import { shell } from "../providers/shell.ts";

/** A module of this package behind dynamic resources: `StateName` of the module, which an editor follows. */
interface ProviderModule {
  /** The module, as package.json's `imports` names it: `#providers/local/service.ts`. */
  module: string;
  /** What the resource is: `local:Service`, in state `pulumi-nodejs:dynamic/local:Service`. */
  type: string;
}

/** A dynamic resource like Pulumi's own, with only the name of its provider's module in the state. */
export class DynamicResource extends pulumi.CustomResource {
  constructor(
    { module, type }: ProviderModule,
    name: string,
    props: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(`pulumi-nodejs:dynamic/${type}`, name, { ...props, __provider: shell(module) }, opts);
  }
}
