import * as pulumi from "@pulumi/pulumi";

import { shell } from "../providers/shell.ts";

/** A resource whose provider is a module of this package. */
export interface ResourceModule {
  /** The module, as package.json's `imports` names it: `#providers/local/service.ts`. */
  module: string;
  /** What the resource is: `local:Service`, in state `pulumi-nodejs:dynamic/local:Service`. */
  type: string;
}

/** A dynamic resource like Pulumi's own, with no more of its provider in the state than the provider's name. */
export class ModuleResource extends pulumi.CustomResource {
  constructor(
    { module, type }: ResourceModule,
    name: string,
    props: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(`pulumi-nodejs:dynamic/${type}`, name, { ...props, __provider: shell(module) }, opts);
  }
}
