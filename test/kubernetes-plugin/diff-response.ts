import type * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";

import { propertyDiff } from "../../toolchain/plugins/property-diff.ts";
import type { Change } from "../../toolchain/plugins/resource-type.ts";

/** Differences of inputs as the engine wants them, each by its path. */
export function diffResponse(changes: Change[]): wire.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList(changes.filter(({ replaces }) => replaces).map(({ property }) => property))
    .setHasdetaileddiff(true);
  for (const change of changes) {
    response.getDetaileddiffMap().set(change.property, propertyDiff(change).setInputdiff(true));
  }
  return response;
}
