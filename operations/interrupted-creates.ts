import type { StackCommand } from "./parse-pulumi-args.ts";

/** What `pulumi stack export` writes, as far as it matters here. */
interface State {
  deployment?: {
    resources?: { urn: string }[];
    pending_operations?: { type: string; resource: { urn: string } }[];
  };
}

/**
 * Variables with which `up` takes over the objects of the cluster that a killed run had begun to create. The state knows
 * nothing of them but that, and Pulumi's plugin refuses to create what is there, since it may be somebody else's. So it is
 * told to only in the run after such a one, and never changes a field that somebody else has set to another value.
 *
 * @param state What `pulumi stack export` prints. Asked for only where that matters; undefined if it can't be read.
 */
export async function takeOverVariables(
  { name, platform }: Pick<StackCommand, "name" | "platform">,
  state: () => Promise<string | undefined>,
): Promise<Record<string, string>> {
  const usesCluster = platform === "kubernetes" || platform === "gcp";
  if (!usesCluster || !["up", "update"].includes(name)) return {};
  const { deployment = {} } = JSON.parse((await state()) ?? "{}") as State;
  const { resources = [], pending_operations: pending = [] } = deployment;
  const known = new Set(resources.map(({ urn }) => urn));
  const isOpen = pending.some(
    ({ type, resource: { urn } }) => type === "creating" && isOfCluster(urn) && !known.has(urn),
  );
  return isOpen ? { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" } : {};
}

/** Whether a resource is an object of a cluster, by the type in its urn, which is the last of a chain. */
function isOfCluster(urn: string): boolean {
  const [, , types = ""] = urn.split("::");
  return types.split("$").at(-1)?.startsWith("kubernetes:") === true;
}
