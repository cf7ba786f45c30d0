import type { Settings } from "../config/settings.ts";
import type { LastOutputs } from "./last-state.ts";
import { LocalPlatform } from "./local/platform.ts";
import type { Platform } from "./platform.ts";

/**
 * The platform that the settings choose.
 *
 * @param stack Name of the stack: the folder of a local one, and part of the names in Google Cloud.
 * @param before What the stack's state had before this update.
 */
export async function platformOf(settings: Settings, stack: string, before: LastOutputs): Promise<Platform> {
  const { platform, postgres, protect } = settings;
  if (platform === "local") {
    return new LocalPlatform({ folder: stack, maxConnections: postgres.maxConnections, protect });
  }
  // These take seconds to load, which a local stack does without.
  if (platform === "gcp" && settings.gcp) {
    const { GcpPlatform } = await import("./gcp/platform.ts");
    return new GcpPlatform(settings, settings.gcp, stack, before);
  }
  const { KubernetesPlatform } = await import("./kubernetes/platform.ts");
  return KubernetesPlatform.of(settings, before);
}
