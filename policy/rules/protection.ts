import { at, isNone, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

/** What can't be made again, with Google's own switches for it. */
const PRECIOUS: [type: RegExp, switches: string[]][] = [
  [/^gcp:sql\/databaseInstance:/, ["deletionProtection", "settings.deletionProtectionEnabled"]],
  [/^gcp:container\/cluster:/, ["deletionProtection"]],
  [/^gcp:kms\/cryptoKey:/, []],
  [/^gcp:certificateauthority\/authority:/, ["deletionProtection"]],
  [/^gcp:memorystore\/instance:/, ["deletionProtectionEnabled"]],
  [/^kubernetes:core\/v1:(Namespace|PersistentVolumeClaim)$/, []],
  [/^pulumi-nodejs:dynamic\/sagewai:MasterKey$/, []],
];

/** What Google's own switch is enough for: Pulumi doesn't protect it, as it can be made again, at a price. */
const ONLY_SWITCHES = /^gcp:memorystore\//;

export const protection: Rule = {
  why: "In production, neither Pulumi nor Google Cloud deletes databases, volumes, their namespace, the cluster, or the keys that they are encrypted with, since one mistake in a stack file would take them all.",
  source: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
  types: new RegExp(PRECIOUS.map(([type]) => type.source).join("|")),
  judge: () => (resource) => {
    const off = offSwitches(resource);
    if (off.length === 0) return [];
    return [
      `It can be deleted, as ${off.join(" and ")} ${off.length > 1 ? "are" : "is"} not set: set llm-gateway:protect to true.`,
    ];
  },
};

function offSwitches({ type, inputs, protect }: Resource): string[] {
  const switches = PRECIOUS.find(([precious]) => precious.test(type))?.[1] ?? [];
  return [
    ...(protect || ONLY_SWITCHES.test(type) ? [] : ["Pulumi's protection"]),
    ...switches.filter((path) => isNone(at(inputs, path), true)),
  ];
}
