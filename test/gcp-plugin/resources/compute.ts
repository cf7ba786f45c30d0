import { GoogleError } from "../api-error.ts";
import type { CloudObject } from "../test-cloud.ts";

/** The API of Compute Engine. */
export const api = "compute.googleapis.com";

/** What begins the self-links of its resources. */
export const SELF_LINK = "https://www.googleapis.com/compute/v1/";

/** The refusal to delete what something else uses. */
export function inUse(kind: string) {
  return (object: CloudObject, user: CloudObject): Error =>
    new GoogleError(
      400,
      `The ${kind} resource '${object.id}' is already being used by '${user.id}'`,
      "resourceInUseByAnotherResource",
    );
}
