import "../toolchain/exit-with-engine.ts";

import { isDeepStrictEqual } from "node:util";

import { announce } from "./announce.ts";
import type { Lifecycle } from "./shell.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/foundations.ts";
  type: "gateway:Foundations";
}

/** What another value of a setting does. */
interface Consequence {
  effect: string;
  /** Whether another value is refused, because it can't work. Default: no. */
  isFixed?: boolean;
  /** What a state without the setting has, as one that is older does. Default: unknown. */
  unsaid?: string;
}

const ALL = "PostgreSQL with all its data, the cluster, the network and all keys are deleted and recreated";
const RANGE = {
  effect:
    "the cluster uses this range as long as it lives. Undo the change, or destroy the stack first, and start again with the other range",
  isFixed: true,
};

const CONSEQUENCES = {
  platform: { effect: "everything is deleted with all data and keys, and recreated on the other platform" },
  "kubernetes.namespace": {
    effect: "all workloads are recreated, and the volumes of this stack are deleted with what is in them",
  },
  "kubernetes.postgres.trial": { effect: "the gateway's databases are deleted, and all keys with them" },
  "kubernetes.postgres.host": {
    effect: "nothing is copied there. What the gateway keeps must be on the other server already",
  },
  "kubernetes.postgres.namePrefix": {
    effect: "what is connected to a database keeps it from being renamed. Undo the change",
    isFixed: true,
    unsaid: "",
  },
  "gcp.project": { effect: ALL },
  "gcp.region": { effect: ALL },
  "gcp.name": { effect: `${ALL}. For a stack that was renamed, write the former one: nothing changes then` },
  "gcp.network.existing": { effect: ALL },
  "gcp.network.nodes": {
    effect: "unless this makes the range larger, the cluster is deleted with the volumes in it, and recreated",
  },
  "gcp.network.pods": RANGE,
  "gcp.network.services": RANGE,
  "gcp.network.proxies": {
    effect:
      "the load balancer uses this range as long as it lives, and a network has one range for that. Undo the change, or take `llm-gateway:gcp.access` out, run `up`, and add it again with the other range",
    isFixed: true,
  },
} satisfies Record<string, Consequence>;

/** The settings whose change destroys or breaks something, by their path under `llm-gateway:`. */
export type ReplacementSettings = Partial<Record<keyof typeof CONSEQUENCES, string>>;

export interface Inputs {
  settings: ReplacementSettings;
}

/** Guards the settings that a stack stands on: its state holds their last values, and it creates nothing. */
export const provider: Lifecycle<Inputs> = {
  /** Refuses, in each preview, what can't work. */
  async check(olds, news) {
    const failures = changes(olds, news).flatMap(({ text, isFixed }) =>
      isFixed ? [{ property: "", reason: text }] : [],
    );
    return { inputs: news, failures };
  },

  /** Says, in each preview, what a change destroys. */
  async diff(_id, olds, news) {
    for (const { text } of changes(olds, news)) await announce(text);
    return { changes: !isDeepStrictEqual(olds.settings, news.settings) };
  },

  async create(inputs) {
    return { id: "foundations", outs: inputs };
  },

  async read(id, props) {
    return { id, ...(props && { props }) };
  },

  async update(_id, _olds, news) {
    return { outs: news };
  },

  async delete() {
    // Nothing to undo.
  },
};

/** A setting that changes, and what that does. */
export interface FoundationChange {
  name: keyof ReplacementSettings;
  /** The setting with both values. */
  what: string;
  effect: string;
  /** Both in the words of a message. */
  text: string;
  /** Whether it is refused, because it can't work. */
  isFixed: boolean;
}

/** What changes. Another platform's settings change with it, and need no word of their own. */
export function changes({ settings: before = {} }: Partial<Inputs>, { settings: after }: Inputs): FoundationChange[] {
  if (before.platform === undefined) return [];
  const isMoved = before.platform !== after.platform;
  return (Object.keys(CONSEQUENCES) as (keyof ReplacementSettings)[]).flatMap((name) => {
    const { effect, isFixed = false, unsaid }: Consequence = CONSEQUENCES[name];
    const [old, value] = [before[name] ?? unsaid, after[name] ?? unsaid];
    if (old === undefined || value === undefined || old === value || (isMoved && name !== "platform")) return [];
    const what = `llm-gateway:${name} changes from \`${old}\` to \`${value}\``;
    return [{ name, what, effect, text: `${what}: ${effect}.`, isFixed }];
  });
}
