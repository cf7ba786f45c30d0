import type * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import type { Values } from "./properties.ts";
import type { Change, Failure } from "./resource-type.ts";

/** The inputs that the engine is to keep, and what is wrong with them. */
export function checkResponse(inputs: Struct | undefined, failures: Failure[]): wire.CheckResponse {
  const list = failures.map(({ property, reason }) =>
    new messages.CheckFailure().setProperty(property).setReason(`${property}: ${reason}`),
  );
  return new messages.CheckResponse().setInputs(inputs).setFailuresList(list);
}

/**
 * What an update changes, as the engine shows it in a preview.
 *
 * @param options.inputDiff Whether the changes are between old and new inputs, each by its path, instead of between what
 *   is there and what is wanted, each by its property.
 */
export function diffResponse(changes: Change[], { inputDiff = false } = {}): wire.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const names = (some: Change[]) => some.map(({ property }) => property);
  const response = new messages.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(inputDiff ? [] : names(changes))
    .setReplacesList(names(changes.filter(({ replaces }) => replaces)))
    .setHasdetaileddiff(true);
  for (const change of changes) {
    response.getDetaileddiffMap().set(change.property, propertyDiff(change).setInputdiff(inputDiff));
  }
  return response;
}

/** How the configuration of a provider resource differs; all of it can change in place. */
export function configChanges(before: Values, after: Values): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => before[name] !== after[name]);
  return changed.map((property) => ({ property, kind: "update", replaces: false }));
}

function propertyDiff({ kind, replaces }: Change): wire.PropertyDiff {
  const { Kind } = messages.PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  } as const;
  return new messages.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]);
}
