import type { Manifest } from "../../cluster/api-server.ts";

/** Part of a schema as CustomResourceDefinitions write it. */
export type Schema = Record<string, unknown>;

/** A name inside a namespace. */
export const NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/** Text by text. */
export const map: Schema = { type: "object", additionalProperties: { type: "string" } };

export const boolean: Schema = { type: "boolean" };

/** A map of these properties and no others: the API server refuses any other one. */
export function object(
  properties: Record<string, Schema>,
  required: string[] = [],
  rules: [message: string, rule: string][] = [],
): Schema {
  return {
    type: "object",
    properties,
    ...(required.length > 0 && { required }),
    ...(rules.length > 0 && { "x-kubernetes-validations": rules.map(([message, rule]) => ({ message, rule })) }),
  };
}

export function list(items: Schema, more: { minItems?: number; maxItems?: number; default?: unknown } = {}): Schema {
  return { type: "array", items, ...more };
}

export function text(pattern?: string): Schema {
  return { type: "string", ...(pattern !== undefined && { pattern }) };
}

export function oneOf(...values: string[]): Schema {
  return { type: "string", enum: values };
}

export function integer(minimum: number, maximum?: number): Schema {
  return { type: "integer", minimum, ...(maximum !== undefined && { maximum }) };
}

/** The definition of a kind in version v1, whose status anybody may write. */
export function definition(group: string, kind: string, spec: Schema, plural: string, scope = "Namespaced"): Manifest {
  const status = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const openAPIV3Schema = { type: "object", required: ["spec"], properties: { spec, status } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      // Groups of Kubernetes itself want to be told that somebody approved of the definition.
      ...(group.endsWith(".k8s.io") && { annotations: { "api-approved.kubernetes.io": "unapproved, of tests" } }),
    },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase() },
      scope,
      versions: [
        { name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, subresources: { status: {} } },
      ],
    },
  };
}
