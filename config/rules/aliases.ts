import { poolAlias } from "../schema/pools.ts";
import { projectAlias } from "../schema/projects.ts";
import type { SettingsDraft } from "./rule.ts";

/** The alias of a virtual key, and whose key it is: `["projects", "research-team"]`. */
export interface OwnedAlias {
  owner: [section: string, name: string];
  alias: string;
}

/** The alias of each project's and each pool's key, in the order of the settings. */
export function aliasesOf({ projects = {}, pools = {} }: SettingsDraft): OwnedAlias[] {
  return [
    ...Object.entries(projects).map(([name, project]): OwnedAlias => {
      return { owner: ["projects", name], alias: projectAlias(name, project ?? {}) };
    }),
    ...Object.entries(pools).map(([name, pool]): OwnedAlias => {
      return { owner: ["pools", name], alias: poolAlias(name, pool ?? {}) };
    }),
  ];
}
