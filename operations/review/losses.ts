import { PROJECT_KEYS } from "../../config/litellm/key-names.ts";
import { changes, type Inputs } from "../../providers/foundations.ts";
import { aliasOf, isReplaced, type KeyChange, worksUntil } from "./keys.ts";
import type { Preview, ResourceChange } from "./preview.ts";
import type { Risk } from "./document.ts";

type Found = Omit<Risk, "isAcknowledged">;

/** What is lost with a resource that is deleted or replaced, by its type. */
const PRECIOUS: Record<string, string> = {
  "gcp:sql/databaseInstance:DatabaseInstance":
    "PostgreSQL is lost with all its data: virtual keys, spend, Sagewai's workflows. Making a new one takes 10 to 20 minutes, in which no request is answered.",
  "gcp:container/cluster:Cluster":
    "The cluster is lost with the volumes in it. Making a new one takes 10 to 15 minutes, in which no request is answered.",
  "gcp:compute/network:Network": "Everything in the network goes with it, and no request is answered until it is back.",
  "gcp:compute/subnetwork:Subnetwork": "What has an address in the subnetwork goes with it, the cluster among others.",
  "gcp:kms/cryptoKey:CryptoKey": "What it has encrypted can never be read again.",
  "gcp:memorystore/instance:Instance": "Rate limits start from zero, and cached answers are gone.",
  "kubernetes:core/v1:Namespace": "Everything in the namespace goes with it, volumes included.",
  "kubernetes:core/v1:PersistentVolumeClaim": "The volume goes with all that is on it.",
  "kubernetes:apps/v1:StatefulSet": "The server goes, and with its volume all that is on it.",
  "postgresql:index/database:Database": "The database goes with all that is in it.",
  "pulumi-nodejs:dynamic/local:Postgres": "PostgreSQL of this machine goes with all its data.",
  "pulumi-nodejs:dynamic/sagewai:MasterKey": "Sagewai encrypts what it stores with another key.",
};

/** Random values that something else can't be read or used without, by the end of their names. */
const VALUES: Record<string, string> = {
  "-salt-key": "What LiteLLM has encrypted in its database can never be read again.",
  "-key-seed": "Every virtual key gets another value: whoever has one is refused.",
};

const RANDOM = "random:index/randomPassword:RandomPassword";

const IN_CLUSTER = [
  "kubernetes:core/v1:Namespace",
  "kubernetes:core/v1:PersistentVolumeClaim",
  "kubernetes:apps/v1:StatefulSet",
];

/** What goes with a setting that the stack stands on, by type. One that isn't here takes everything along but random values. */
const GOES_WITH: Record<string, string[]> = {
  "kubernetes.namespace": [...IN_CLUSTER, "postgresql:index/database:Database"],
  "kubernetes.postgres.trial": [...IN_CLUSTER, "postgresql:index/database:Database"],
  "kubernetes.postgres.host": ["postgresql:index/database:Database"],
  "gcp.network.nodes": [
    ...IN_CLUSTER,
    "gcp:container/cluster:Cluster",
    "gcp:compute/subnetwork:Subnetwork",
    "gcp:memorystore/instance:Instance",
  ],
};
const FOUNDATIONS = "pulumi-nodejs:dynamic/gateway:Foundations";

/** What is lost or cut off. */
export interface Losses {
  /** Settings that the stack stands on. */
  foundations: Found[];
  /** Resources that go, for one of those settings or by themselves. */
  consequences: Consequence[];
  ofKeys: Found[];
}

interface Consequence extends Found {
  /** The acts of changed settings that it goes with. */
  goesWith: string[];
}

export function losses({ resources }: Preview, keys: KeyChange[]): Losses {
  const settings = resources.filter(isFoundationsUpdate).flatMap(changedSettings);
  const goesWith = (type: string) =>
    settings.filter(({ name }) => GOES_WITH[name]?.includes(type) ?? type !== RANDOM).map(({ name }) => actOf(name));
  return {
    foundations: settings.map(foundationRisk),
    consequences: resources.flatMap((one) =>
      resourceRisks(one).map((risk) => ({ ...risk, goesWith: goesWith(one.type) })),
    ),
    ofKeys: keys.flatMap(keyRisks),
  };
}

/** A destroy has no settings after it. */
function isFoundationsUpdate({ type, operation }: ResourceChange): boolean {
  return type === FOUNDATIONS && operation === "update";
}

function changedSettings({ before, after }: ResourceChange) {
  return changes(before, after as unknown as Inputs);
}

function actOf(setting: string): string {
  return `replace/${setting}`;
}

/** A setting that the stack stands on. What Pulumi replaces for it follows below. */
function foundationRisk({ name, what, effect }: ReturnType<typeof changedSettings>[number]): Found {
  return {
    ...{ act: actOf(name), what },
    why: `${effect.charAt(0).toUpperCase()}${effect.slice(1)}.`,
    remedy: "Undo the change, unless all of it may be lost.",
  };
}

function resourceRisks({ operation, type, name }: ResourceChange): Found[] {
  if (operation !== "delete" && operation !== "replace") return [];
  const why = PRECIOUS[type] ?? (type === RANDOM ? valueLoss(name) : undefined);
  if (why === undefined) return [];
  const short = type.split(":").at(-1) ?? type;
  return [
    {
      act: `${operation}/${name}`,
      what: `${short} ${name} is ${operation === "delete" ? "deleted" : "deleted and made again"}`,
      why,
      remedy: "Undo what leads to it, unless that may be lost.",
    },
  ];
}

function valueLoss(name: string): string | undefined {
  return Object.entries(VALUES).find(([end]) => name.endsWith(end))?.[1];
}

/**
 * A project's key that goes. One that is replaced with an overlap is no risk: whoever has it gets time to take the new one.
 * Nor is a pool's, which only its own workers use.
 */
function keyRisks(key: KeyChange): Found[] {
  if (key.set !== PROJECT_KEYS) return [];
  const alias = aliasOf(key);
  if (key.after === undefined) {
    return [
      {
        act: `delete-key/${alias}`,
        what: `The virtual key ${alias} is deleted`,
        why: "Whoever uses it is refused from then on, and its value never comes back.",
        remedy: "Keep it in the settings until nobody uses it.",
      },
    ];
  }
  if (!isReplaced(key) || worksUntil(key) !== undefined) return [];
  return [
    {
      act: `replace-key/${alias}`,
      what: `The virtual key ${alias} is replaced, and the one before ends at once`,
      why: "Whoever has not got the new one is refused from then on.",
      remedy: "Leave out `overlap: 0s`, unless the key has leaked.",
    },
  ];
}
