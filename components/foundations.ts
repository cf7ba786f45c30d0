import type * as pulumi from "@pulumi/pulumi";

import { replacementSettings } from "../config/replacement-settings.ts";
import type { Settings } from "../config/settings.ts";
import type { StateName } from "../providers/foundations.ts";
import { DynamicResource } from "./dynamic-resource.ts";

const MODULE: StateName = { module: "#providers/foundations.ts", type: "gateway:Foundations" };

/**
 * The settings that the stack stands on, kept in its state: a preview that changes one says what that destroys, which
 * Pulumi by itself shows as one `replace` among many steps, and which it refuses in a protected stack.
 */
export class Foundations extends DynamicResource {
  /** @param database What matters most of what stands there: settings count from when it does. */
  constructor(name: string, settings: Settings, stack: string, database: pulumi.Resource) {
    super(MODULE, name, { settings: replacementSettings(settings, stack) }, { dependsOn: database });
  }
}
