import { AttackedGateway } from "../security/attacked-gateway.ts";
import { PROVIDERS, standIns } from "./provider-settings.ts";
import { type StandIn, TestInternet } from "./test-internet.ts";

/** What makes pods somebody in Google Cloud. */
const IDENTITY = { address: "169.254.169.254" };

/** What the process of a pod gets from its cluster. */
export interface Pod {
  environment: Record<string, string>;
  /** What LiteLLM's command is put behind. */
  enter: readonly string[];
}

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
 * @param hosts More stand-ins by host.
 * @param podIn What more the process has in that Internet.
 */
export async function providersGateway(
  models: ({ name: string } & Record<string, unknown>)[],
  settings: Record<string, unknown> = {},
  hosts: Record<string, StandIn> = {},
  podIn: (internet: TestInternet) => Pod = () => ({ environment: {}, enter: [] }),
): Promise<ProvidersGateway> {
  const internet = await TestInternet.start({ ...standIns(), ...hosts });
  const team = { models: models.map(({ name }) => name), budget: 1000, apis: ["images"] };
  const all = {
    ...{ platform: "kubernetes", kubernetes: { postgres: { trial: true }, litellm: { identity: IDENTITY } } },
    ...{ models, providers: PROVIDERS, projects: { team }, ...settings },
  };
  try {
    const pod = podIn(internet);
    const environment = {
      ...internet.environment,
      // As without a test, for which the gateway has others.
      ...{ OPENAI_API_BASE: "https://api.openai.com/v1", ANTHROPIC_API_BASE: "https://api.anthropic.com" },
      ...pod.environment,
    };
    const gateway = await AttackedGateway.start(() => all, environment, pod.enter);
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
