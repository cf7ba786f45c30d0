import * as pulumi from "@pulumi/pulumi";

import { KEY_NAME, PROJECT_KEYS } from "../config/litellm/key-names.ts";
import { replacementSettings } from "../config/replacement-settings.ts";
import { REVIEW_VARIABLE } from "../config/review-variable.ts";
import type { KeyHolder } from "../config/schema/keys.ts";
import type { Settings } from "../config/settings.ts";
import { changes } from "../providers/foundations.ts";
import type { KeyState } from "../providers/litellm/key-set.ts";
import { type LastResource, outputsOf } from "./last-state.ts";
import { VIRTUAL_KEYS } from "./virtual-keys.ts";

/** What an update would destroy that nobody gets back. */
export interface Act {
  /** What the settings acknowledge it by: `delete-key/support-bot`. */
  name: string;
  effect: string;
}

/**
 * Refuses an update that would destroy what the settings don't acknowledge, before it has touched anything: however it was
 * started, and with whatever preview. Platform local is made to be thrown away, and asks for nothing.
 *
 * @param last What the stack's state has.
 * @throws {pulumi.RunError} that names each act, and what to write.
 */
export function refuseUnacknowledged(
  settings: Settings,
  stack: string,
  last: LastResource[],
  today = new Date(),
): void {
  if (settings.platform === "local") return;
  const acts = actsOf(settings, stack, last);
  const day = today.toISOString().slice(0, 10);
  const open = acts.filter(({ name }) => (settings.acknowledge[name] ?? "") < day);
  const over = Object.keys(settings.acknowledge).filter(
    (name) => isOwn(name, settings, stack) && !acts.some((act) => act.name === name),
  );
  for (const name of over) {
    void pulumi.log.warn(`llm-gateway:acknowledge["${name}"] is for nothing that this update does: remove it.`);
  }
  if (open.length === 0) return;
  const message = refusal(open, settings.acknowledge, day);
  if (!pulumi.runtime.isDryRun() || process.env[REVIEW_VARIABLE] === undefined) throw new pulumi.RunError(message);
}

/** Whether the program knows such an act. What only a preview tells, such as `delete/prod-postgres`, is the review's. */
function isOwn(name: string, settings: Settings, stack: string): boolean {
  const [act = "", what = ""] = name.split(/\/(.*)/s);
  return act.endsWith("-key") || (act === "replace" && Object.hasOwn(replacementSettings(settings, stack), what));
}

/** All that an update would destroy. */
function actsOf(settings: Settings, stack: string, last: LastResource[]): Act[] {
  const before = outputsOf(last)("pulumi-nodejs:dynamic/gateway:Foundations", "foundations") ?? {};
  const foundations = changes(before, { settings: replacementSettings(settings, stack) });
  // A change that can't work is refused with its own words.
  const replaced = foundations.filter(({ isFixed }) => !isFixed);
  return [...replaced.map(({ name, text }) => ({ name: `replace/${name}`, effect: text })), ...keyActs(settings, last)];
}

/** Keys of projects that leave the settings, and those that end at once. Only its own workers use a pool's. */
function keyActs({ projects }: Settings, last: LastResource[]): Act[] {
  const wanted = new Map<string, KeyHolder>(projects.map((project) => [project.name, project]));
  const keys = Object.entries(outputsOf(last)(VIRTUAL_KEYS, PROJECT_KEYS) ?? {}).filter(([name]) =>
    KEY_NAME.test(name),
  );
  return (keys as [string, KeyState][]).flatMap(([name, key]) => {
    const { generation = 1 } = key;
    const alias = key.alias === "" ? name : key.alias;
    const holder = wanted.get(name);
    if (holder === undefined) {
      return [
        { name: `delete-key/${alias}`, effect: `the virtual key ${alias} is deleted: whoever uses it is refused.` },
      ];
    }
    const isReplaced = (holder.generation ?? 1) !== generation && key.adopt === undefined;
    if (!isReplaced || holder.overlap !== "0s") return [];
    return [
      {
        name: `replace-key/${alias}`,
        effect: `the virtual key ${alias} is replaced, and the one before ends at once.`,
      },
    ];
  });
}

function refusal(open: Act[], said: Settings["acknowledge"], day: string): string {
  const lines = open.map(({ name, effect }) => {
    const last = said[name];
    return `${name}: ${effect}${last === undefined ? "" : ` It was acknowledged until ${last}.`}`;
  });
  return [
    "This update would destroy what nobody gets back, and nothing has been touched:",
    ...lines.map((line) => `  ${line}`),
    "Undo what isn't meant. What is meant, name in the stack file, with the last day on which that counts:",
    "  llm-gateway:acknowledge:",
    ...open.map(({ name }) => `    ${name}: ${day}`),
    "`npm run review -- --stack NAME` shows all that the update does.",
  ].join("\n");
}
