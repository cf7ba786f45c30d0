import type { Settings } from "../config/settings.ts";
import { LocalPlatform } from "./local/platform.ts";
import type { Platform } from "./platform.ts";

/**
 * The platform that the settings choose.
 *
 * @param stack Name of the stack, which is the folder of a local one.
 */
export async function platformOf(settings: Settings, stack: string): Promise<Platform> {
  const { platform, postgres, protect } = settings;
  if (platform === "local") {
    return new LocalPlatform({ folder: stack, maxConnections: postgres.maxConnections, protect });
  }
  // Takes seconds to load, which a local stack does without.
  const { KubernetesPlatform } = await import("./kubernetes/platform.ts");
  return KubernetesPlatform.of(settings);
}
