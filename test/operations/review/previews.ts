/** A step as `pulumi preview --json` has it. */
export function step(op: string, type: string, name: string, before?: object, after?: object) {
  const urn = `urn:pulumi:prod::llm-gateway::llm-gateway:index:Any$${type}::${name}`;
  return {
    ...{ op, urn },
    ...(before && { oldState: { inputs: before } }),
    ...(after && { newState: { inputs: after } }),
  };
}

/** The text of a preview with these steps. */
export function previewText(steps: object[], more: object = {}): string {
  return JSON.stringify({ config: {}, steps, diagnostics: [], ...more });
}

export const KEYS = "pulumi-nodejs:dynamic/litellm:VirtualKeys";
export const SERVICE = "pulumi-nodejs:dynamic/local:Service";
export const FOUNDATIONS = "pulumi-nodejs:dynamic/gateway:Foundations";
export const SQL = "gcp:sql/databaseInstance:DatabaseInstance";

/** A virtual key as a set's inputs have it. @param soft Dollars: the hard budget is a quarter more. */
export function key(alias: string, soft: number, more: object = {}) {
  const metadata = { project: alias, soft_budget: soft, soft_action: "stop" };
  return { alias, models: ["gpt-4o"], maxBudget: (soft * 5) / 4, budgetDuration: "30d", metadata, ...more };
}
