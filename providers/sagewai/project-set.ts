import { isDeepStrictEqual } from "node:util";

import * as pulumi from "@pulumi/pulumi";

import { KEY_NAME } from "../../config/litellm/key-names.ts";
import type { Access } from "../access/access.ts";
import { derivedKey, tokenOf } from "../litellm/key-value.ts";
import { bodiesOf, type Caller, type ProjectArgs, DEFAULT_PROJECT, type Scope, UNSCOPED } from "./project-wire.ts";

/** What the admin's own key is called in its set of virtual keys. */
const ADMIN_KEY = "sagewai-admin";

/** What all projects have in common. Its names differ from those of projects, which have no capital letters. */
export interface Shared {
  /** The way to the admin. */
  adminAccess: Access;
  /** Opens the admin's whole API: secret. */
  apiToken: string;
  /** Base URL of LiteLLM, as the admin reaches it. */
  gatewayUrl: string;
  /** What the values of the projects' virtual keys are derived from: secret. */
  keySeed: string;
  /** The same of the admin's own key: secret. */
  adminKeySeed: string;
  /** SHA-256 of the key that the admin encrypts with: with another one, what it could not decrypt is gone. */
  encryptionKeyHash?: string | undefined;
  /** Identity of the volume that the admin keeps its data on: a new one is empty. Default: it never changes. */
  dataVolume?: string | undefined;
}

/** A set of projects: each is a property of its own, by its name, so that a preview shows what changes of which. */
export type ProjectSet = Shared & {
  /** The admin's own key, which pays for what belongs to no project. */
  unscopedRuns: Caller;
  /** Only in outputs: scopes that the last update failed to apply; Sagewai may have part of them. */
  unsureScopes?: string[];
} & Record<string, unknown>;

/** The projects of a set by name. */
export function projectsOf(set: Partial<ProjectSet>): Map<string, ProjectArgs> {
  return new Map(Object.entries(set).filter((entry): entry is [string, ProjectArgs] => KEY_NAME.test(entry[0])));
}

/** The properties of a set that aren't projects. */
export function sharedOf(set: ProjectSet): Shared {
  const { adminAccess, apiToken, gatewayUrl, keySeed, adminKeySeed, encryptionKeyHash, dataVolume } = set;
  return {
    ...{ adminAccess, apiToken, gatewayUrl, keySeed, adminKeySeed },
    ...(encryptionKeyHash !== undefined && { encryptionKeyHash }),
    ...(dataVolume !== undefined && { dataVolume }),
  };
}

/** The key of a project; undefined for one whose value nobody knows. */
export function projectKey({ keySeed }: ProjectSet, name: string, project: ProjectArgs): string | undefined {
  if (project.adopted) return undefined;
  return keySeed === pulumi.runtime.unknownValue ? keySeed : derivedKey(keySeed, name, project.generation ?? 1);
}

/** The admin's own key. */
export function adminKey({ adminKeySeed, unscopedRuns }: ProjectSet): string {
  if (adminKeySeed === pulumi.runtime.unknownValue) return adminKeySeed;
  return derivedKey(adminKeySeed, ADMIN_KEY, unscopedRuns.generation ?? 1);
}

/** A caller with the hash of its key, as a preview shows it. */
export function withHash<T extends Caller>(caller: T, key: string | undefined): T {
  if (key === undefined) return caller;
  return { ...caller, keySha256: key === pulumi.runtime.unknownValue ? key : tokenOf(key) };
}

/** Which property of a set says what is to be in a scope. */
export function ownerOf(set: Partial<ProjectSet>, scope: string): string {
  return projectsOf(set).has(scope) ? scope : "unscopedRuns";
}

/** What a set has in Sagewai, by the project that Sagewai has it under. */
export function scopesOf(set: Partial<ProjectSet>): Map<string, Scope> {
  const { gatewayUrl = "", encryptionKeyHash = "", dataVolume = "", unscopedRuns } = set;
  const place = { gatewayUrl, identity: `${encryptionKeyHash} ${dataVolume}` };
  const projects = projectsOf(set);
  const own = [UNSCOPED, ...(projects.has(DEFAULT_PROJECT) ? [] : [DEFAULT_PROJECT])];
  return new Map([
    ...(unscopedRuns ? own.map((scope) => [scope, bodiesOf(scope, unscopedRuns, place)] as const) : []),
    ...[...projects].map(([name, project]) => [name, bodiesOf(name, project, place)] as const),
  ]);
}

/** What has to be done, by scope. */
export interface Changes {
  /** All that Sagewai has. */
  before: Map<string, Scope>;
  /** What is no longer wanted. */
  removed: Map<string, Scope>;
  /** What Sagewai doesn't have, or not as it is wanted. */
  outOfSync: Map<string, Scope>;
}

/**
 * @param olds The outputs of the last update: after a failure they are the only truth about what there is.
 * @param news The inputs of this one.
 */
export function projectChanges(olds: Partial<ProjectSet>, news: ProjectSet): Changes {
  const before = scopesOf(olds);
  const wanted = scopesOf(news);
  const unsure = new Set(olds.unsureScopes);
  const isInSync = (scope: string, bodies: Scope) => !unsure.has(scope) && isDeepStrictEqual(before.get(scope), bodies);
  return {
    before,
    removed: new Map([...before].filter(([scope]) => !wanted.has(scope))),
    outOfSync: new Map([...wanted].filter(([scope, bodies]) => !isInSync(scope, bodies))),
  };
}
