import { isMapping } from "../../config/problems/mapping.ts";
import type { ResourceChange } from "./preview.ts";

/** What Pulumi puts behind the name of a resource that has none in the program: random for each preview of one that is to be made. */
const RANDOM = /^-[0-9a-f]{7,8}$/;

/**
 * The resources of one preview with the random names of another one, also where others name them. What is made for the first time would
 * otherwise differ in each two previews.
 */
export function withNamesOf(others: ResourceChange[], resources: ResourceChange[]): ResourceChange[] {
  const named = new Map(others.map((one) => [one.urn, randomNames(one)]));
  const renamed = new Map(
    resources.flatMap((one) => {
      const [own, other] = [randomNames(one), named.get(one.urn)];
      return Object.entries(own).flatMap(([property, from]) => {
        const to = other?.[property];
        return to === undefined || to === from ? [] : [[from, to] as const];
      });
    }),
  );
  if (renamed.size === 0) return resources;
  return resources.map((one) => ({ ...one, after: replaced(one.after, renamed) as ResourceChange["after"] }));
}

function randomNames({ operation, name, after }: ResourceChange): Record<string, string> {
  if (operation !== "create" && operation !== "replace") return {};
  const isRandom = (value: unknown): value is string =>
    typeof value === "string" && value.startsWith(name) && RANDOM.test(value.slice(name.length));
  return Object.fromEntries(Object.entries(after).filter((entry): entry is [string, string] => isRandom(entry[1])));
}

function replaced(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") {
    return [...names].reduce((text, [from, to]) => text.replaceAll(from, () => to), value);
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, names));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, names)]));
}
