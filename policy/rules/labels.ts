import { at, isMapping, UNKNOWN } from "../resource.ts";
import type { Rule } from "../rule.ts";

const PART_OF = "app.kubernetes.io/part-of";

export const labels: Rule = {
  why: "Everything says what it is part of, and in Google Cloud whose it is and who pays, since nobody dares to delete what nobody knows, and bills are told apart by labels only.",
  source: "https://cloud.google.com/resource-manager/docs/labels-overview",
  types: /^(pulumi:providers:gcp|kubernetes:(?!.*(List|Patch)$)[^:]+:\w+)$/,
  judge:
    ({ labels: wanted, platform }) =>
    ({ type, inputs }) => {
      if (type === "pulumi:providers:gcp") {
        const defaults = parsed(inputs["defaultLabels"]);
        if (platform !== "gcp" || defaults === UNKNOWN) return [];
        const missing = wanted.filter((label) => !isMapping(defaults) || !Object.hasOwn(defaults, label));
        return missing.map((label) => `What it makes lacks the label ${label}: set llm-gateway:gcp.labels.${label}.`);
      }
      const own = at(inputs, "metadata.labels");
      if (own === UNKNOWN || (isMapping(own) && Object.hasOwn(own, PART_OF))) return [];
      return [`It lacks the label ${PART_OF}: give it those of components/kubernetes/labels.ts.`];
    },
};

/** Plugins take mappings as JSON. */
function parsed(value: unknown): unknown {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return UNKNOWN;
  }
}
