import type * as pulumi from "@pulumi/pulumi";

/** What a module behind a {@link shell} exports as `provider`: every method, and `configure` if it needs settings. */
export type Lifecycle<Inputs, Outputs extends Inputs = Inputs> = Required<
  Omit<pulumi.dynamic.ResourceProvider<Inputs, Outputs>, "configure">
> &
  Pick<pulumi.dynamic.ResourceProvider<Inputs, Outputs>, "configure">;

/**
 * The text of a dynamic provider that Pulumi keeps in the state: nothing but the name of the module that holds the
 * provider. `refresh` and `destroy` therefore run the code of this checkout, never code that an older checkout left in
 * the state, and the module may use whatever a serialized function may not (npm packages, node: modules, #private).
 *
 * It is written by hand: the text that Pulumi makes of a provider is ten times as long, is in the state twice for each
 * resource, and takes a program its time to make.
 *
 * @param module The module, as package.json's `imports` names it: `#providers/litellm/virtual-keys.ts`.
 */
export function shell(module: string): string {
  const methods = "configure check diff create read update delete";
  return `exports.handler=()=>Object.fromEntries("${methods}".split(" ").map(m=>[m,async(...a)=>(await import("${module}")).provider[m]?.(...a)]))`;
}
