import { warn } from "./engine-log.ts";

const said = new Set<string>();

/**
 * Shows a warning to whoever runs Pulumi. Pulumi offers nothing for that to a dynamic provider, whose process has the
 * engine's address as its first argument all the same, as every plugin does. A warning is shown once in a preview, and once
 * in an update.
 */
export async function announce(message: string): Promise<void> {
  if (said.has(message)) return;
  said.add(message);
  const [address = ""] = process.argv.slice(2);
  // The engine shows what a provider writes as well, if not as a warning.
  await warn(address, message).catch(() => {
    console.log(`warning: ${message}`);
  });
}
