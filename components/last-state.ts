import * as pulumi from "@pulumi/pulumi";

/** A resource that the stack's state had before this update, with the secrets in plain text. */
export interface LastResource {
  type: string;
  name: string;
  outputs: Record<string, unknown>;
}

/** Outputs of a resource by its type and name; undefined where there is none. */
export type LastOutputs = (type: string, name: string) => Record<string, unknown> | undefined;

/**
 * Reads what the stack's state had before this update. Only for what has to go on when a resource becomes one of another
 * kind, and for what must not be lost unnoticed; everything else that a program needs to know of its state, the engine tells
 * the providers.
 *
 * @throws if the engine can't read it: nobody could tell whether there is a key that must not get lost.
 */
export async function lastResources(): Promise<LastResource[]> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName })) as {
    outputs: Record<string, { type: string; outputs: Record<string, unknown> }>;
  };
  return Object.entries(outputs).map(([urn, resource]) => ({ ...resource, name: urn.split("::").at(-1) ?? "" }));
}

/** Looks resources up by type and name. */
export function outputsOf(resources: LastResource[]): LastOutputs {
  return (type, name) => resources.find((resource) => resource.type === type && resource.name === name)?.outputs;
}
