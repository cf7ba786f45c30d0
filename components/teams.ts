import * as pulumi from "@pulumi/pulumi";

import type { TeamSettings } from "../config/litellm/team-fields.ts";
import { derivedSeed } from "../providers/litellm/key-value.ts";
import type { StateName } from "../providers/litellm/teams.ts";
import { DynamicResource } from "./dynamic-resource.ts";
import type { Gateway } from "./virtual-keys.ts";

const MODULE: StateName = { module: "#providers/litellm/teams.ts", type: "litellm:Team" };

/** Digits of a mark: enough that no other stack has the same. */
const MARK_DIGITS = 16;

/**
 * A team of LiteLLM's: what the keys that are in it have together. One resource each, so that Pulumi makes it before the set
 * of keys and deletes it after that was updated.
 */
export class Team extends DynamicResource {
  /** @param team Its id in LiteLLM, under which keys name it. */
  constructor(name: string, team: string, { gateway, ...settings }: { gateway: Gateway } & TeamSettings) {
    super(
      MODULE,
      name,
      {
        ...settings,
        name: team,
        // It follows from what only this stack has, and tells nothing of it.
        mark: pulumi.unsecret(
          gateway.keySeed.apply((seed) => `llm-gateway ${derivedSeed(seed, `team ${team}`).slice(0, MARK_DIGITS)}`),
        ),
        gatewayAccess: gateway.access,
        masterKey: gateway.masterKey,
        ...(gateway.server && { databaseServer: gateway.server }),
      },
      {
        dependsOn: gateway.ready,
        deletedWith: gateway.database,
        // Its id is its name, which can't be there twice.
        deleteBeforeReplace: true,
        additionalSecretOutputs: ["masterKey"],
      },
    );
  }
}
