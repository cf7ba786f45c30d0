import { AttackedGateway } from "../security/attacked-gateway.ts";
import { PROVIDERS, standIns } from "./provider-settings.ts";
import { type StandIn, TestInternet } from "./test-internet.ts";

/** What a key opens, and what providers see of it. */
export interface ProvidersGateway {
  internet: TestInternet;
  gateway: AttackedGateway;
  delete: () => Promise<void>;
}

/**
 * The real LiteLLM with these models of all providers, as it runs in a cluster: with an identity of its own, and the addresses
 * that the providers really have.
 *
 * @param settings Others, such as `routing` and `projects`. Without `projects`: one, `team`, that may use all models.
 * @param more More stand-ins by host.
 */
export async function providersGateway(
  models: ({ name: string } & Record<string, unknown>)[],
  settings: Record<string, unknown> = {},
  more: Record<string, StandIn> = {},
): Promise<ProvidersGateway> {
  const internet = await TestInternet.start({ ...standIns(), ...more });
  const team = { models: models.map(({ name }) => name), budget: 1000, apis: ["images"] };
  const all = {
    ...{ platform: "kubernetes", kubernetes: { postgres: { trial: true } } },
    ...{ models, providers: PROVIDERS, projects: { team }, ...settings },
  };
  try {
    const gateway = await AttackedGateway.start(() => all, {
      ...internet.environment,
      // As without a test, for which the gateway has others.
      ...{ OPENAI_API_BASE: "https://api.openai.com/v1", ANTHROPIC_API_BASE: "https://api.anthropic.com" },
    });
    return {
      ...{ internet, gateway },
      delete: async () => {
        await gateway.delete();
        await internet.stop();
      },
    };
  } catch (error) {
    await internet.stop();
    throw error;
  }
}
