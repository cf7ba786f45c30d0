import * as pulumi from "@pulumi/pulumi";

import { WRONG_VALUE } from "./adoption.ts";
import { failedKeys, type KeyFailure } from "./failed-keys.ts";
import {
  isAdopted,
  type KeyInputs,
  type KeySet,
  keysOf,
  type KeyState,
  keyValue,
  type Memory,
  statesOf,
  type Wanted,
} from "./key-set.ts";
import { tokenOf } from "./key-store.ts";
import { isReplacement, planned } from "./rotation.ts";
import { isSettled } from "./virtual-key.ts";

/** What is to be done from one state of a set to what is wanted: each by name of the key. */
export interface Changes {
  before: Map<string, KeyState>;
  /** All that are wanted. */
  wanted: Map<string, Wanted>;
  /** Those that the settings have no longer. */
  leaving: Map<string, KeyState>;
  /** Those that are wanted otherwise than they are, or are not there yet. */
  unsettled: Map<string, Wanted>;
  /** Those that another key is to have the alias of. */
  renamed: Map<string, KeyState>;
}

/** Says what can't be done to keys. Pulumi prints the stack of what a `diff` throws, which would bury the message. */
export class RefusedChange extends Error {
  override readonly name = "Refused";

  constructor(refused: KeyFailure[]) {
    super(failedKeys(refused).join("\n"));
    this.stack = this.message;
  }

  override toString(): string {
    return this.name;
  }
}

/**
 * @param olds The outputs of the last update: after a failure they are the only truth about what there is.
 * @param news The inputs of this one, with the moments that its preview showed.
 * @throws {RefusedChange} if a key can't become what is wanted of it.
 */
export function changesOf(olds: Partial<KeySet>, news: KeySet, now = new Date()): Changes {
  const before = statesOf(olds);
  const inputs = [...keysOf(news)];
  const wanted = new Map(
    inputs.map(([name, key]) => [name, planned(before.get(name), withValue(news, name, key), now)]),
  );
  const owners = new Map(inputs.map(([name, { alias }]) => [alias, name]));
  const unsure = new Set(olds.unsureKeys);
  // A state that does not say where its keys are is older than the setting: they have not moved.
  const isElsewhere = olds.databaseServer !== undefined && olds.databaseServer !== news.databaseServer;
  const unsettled = [...wanted].filter(([name, key]) => {
    const last = before.get(name);
    return !last || isElsewhere || unsure.has(name) || !isSettled(last, key);
  });
  const refused = [...wanted].flatMap(([name, key]) => {
    const reason = refusal(name, key, before, olds);
    return reason === undefined ? [] : [{ name, reason }];
  });
  if (refused.length > 0) throw new RefusedChange(refused);
  return {
    ...{ before, wanted, unsettled: new Map(unsettled) },
    leaving: new Map([...before].filter(([name]) => !wanted.has(name))),
    renamed: new Map(
      [...before].filter(([name, { alias }]) => wanted.has(name) && (owners.get(alias) ?? name) !== name),
    ),
  };
}

/** A key of the inputs with its value. */
export function withValue({ keySeed }: KeySet, name: string, key: KeyInputs): Wanted {
  return { ...key, key: keySeed === pulumi.runtime.unknownValue ? keySeed : keyValue(keySeed, name, key) };
}

/** Why a key can't become what is wanted of it, if so. */
function refusal(name: string, key: Wanted, before: Map<string, KeyState>, memory: Memory): string | undefined {
  const last = before.get(name);
  if (!isAdopted(key)) return goesBack(key.generation ?? 1, last, memory.lowestGenerations?.[name] ?? 1);
  if (last && !isReplacement(last, key)) {
    const isKnown = key.key !== "" && key.key !== pulumi.runtime.unknownValue;
    return isKnown && tokenOf(key.key) !== last.token ? WRONG_VALUE : undefined;
  }
  const [owner] =
    [...before].find(([other, { alias, token }]) => other !== name && [alias, token].includes(key.adopt ?? "")) ?? [];
  if (owner === undefined) return undefined;
  return `\`adopt\` names the key of \`${owner}\`, which is of this set already: keep that name, or make a new key.`;
}

function goesBack(generation: number, last: KeyState | undefined, lowest: number): string | undefined {
  const current = last && !isAdopted(last) ? (last.generation ?? 1) : 1;
  if (generation < current) {
    return `\`generation\` can't go back from ${current} to ${generation}: a key that was replaced does not come back. Write ${current}, or ${current + 1} for another new key.`;
  }
  if (generation >= lowest) return undefined;
  return `The key of this name was deleted or replaced, and its value does not come back: write \`generation: ${lowest}\` for a new one.`;
}
