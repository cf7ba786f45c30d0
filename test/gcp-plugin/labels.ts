import type { Values } from "../../toolchain/plugins/properties.ts";
import { isUnknown, UNKNOWN } from "../../toolchain/plugins/properties.ts";
import { isMap } from "../kubernetes-plugin/property-path.ts";
import type { CloudType, ProviderConfig } from "./cloud-type.ts";

/** The label with which the provider marks what Pulumi made. */
const ATTRIBUTION = { "goog-pulumi-provisioned": "true" };

/**
 * The labels of an object beside those that a program sets on it: `pulumiLabels` has the provider's as well, and
 * `effectiveLabels` are all that the API has. Nothing for types without labels.
 */
export function allLabels(type: CloudType, inputs: Values, config: ProviderConfig): Values {
  if (type.labels === undefined) return {};
  const own = inputs[type.labels];
  const isAttributed = config.attribution && type.isUnattributed !== true;
  if (isUnknown(own)) return { pulumiLabels: UNKNOWN, effectiveLabels: UNKNOWN };
  const labels = { ...config.defaultLabels, ...(isMap(own) ? own : {}), ...(isAttributed ? ATTRIBUTION : {}) };
  return { pulumiLabels: labels, effectiveLabels: labels };
}
