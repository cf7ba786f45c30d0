import * as pulumi from "@pulumi/pulumi";

/** Outputs of a resource by its type and name, with the secrets in plain text; undefined where there is none. */
export type LastOutputs = (type: string, name: string) => Record<string, unknown> | undefined;

/**
 * Reads what the stack's state had before this update. Only for what has to go on when a resource becomes one of another
 * kind; everything else that a program needs to know of its state, the engine tells the providers.
 *
 * @throws if the engine can't read it: nobody could tell whether there is a key that must not get lost.
 */
export async function lastOutputs(): Promise<LastOutputs> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName })) as {
    outputs: Record<string, { type: string; outputs: Record<string, unknown> }>;
  };
  return (type, name) =>
    Object.entries(outputs).find(([urn, resource]) => resource.type === type && urn.endsWith(`::${name}`))?.[1].outputs;
}
