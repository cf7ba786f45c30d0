import type { Provider } from "./provider-server.ts";

/** The providers that have an offline plugin, each loaded when it is used; each call makes one that knows of no other. */
export const OFFLINE_PROVIDERS: Record<string, () => Promise<Provider>> = {
  random: async () => (await import("./random/provider.ts")).provider(),
  postgresql: async () => (await import("./postgresql/provider.ts")).provider(),
};
