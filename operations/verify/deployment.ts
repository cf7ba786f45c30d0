import type { ClusterAccess } from "../../providers/access/access.ts";

/** A service, as this machine reaches it. */
export interface Server {
  url: string;
  /** Where a person finds its log: a file, or a command that shows it. */
  logs: string;
}

/** A model at a provider. */
export interface ModelDeployment {
  /** By which LiteLLM knows it, and can be asked for this one. */
  id: string;
  /** LiteLLM's name of the model. */
  model: string;
  /** The provider as the settings name it. */
  provider: string;
  /** Whether LiteLLM answers itself. */
  mocked: boolean;
}

/** One who holds a virtual key: a project, or a pool of workers. */
export interface Holder {
  name: string;
  /** Alias of its virtual key. */
  alias: string;
  /** The models that the key may use. */
  models: string[];
  /** USD in one period, at which its Sagewai agents do `softAction`. */
  budget: number;
  softAction: string;
  /** When the key expires, as ISO 8601. Default: never. */
  expires?: string | undefined;
}

/** What several projects have together. */
export interface TeamLimits {
  name: string;
  /** Names of its projects. */
  projects: string[];
  /** LiteLLM's budget in USD per `budgetDuration`. Default: none. */
  hardBudget?: number | undefined;
  budgetDuration: string;
}

export interface ProjectHolder extends Holder {
  /** What Sagewai notes as its environment. */
  environment: string;
  /** The model of its agents in Sagewai that name none. Default: none. */
  defaultModel?: string | undefined;
  /** Its soft budget in US dollars. */
  budget: number;
}

export interface PoolHolder extends Holder {
  /** Slug of the Sagewai project whose tasks it takes. Default: tasks that belong to no project. */
  project?: string | undefined;
  replicas: number;
  labels: Record<string, string>;
  /** Where a person finds its workers' logs. */
  logs: string;
}

/** Services behind a load balancer of GKE, which lets in only the allowed ranges. */
export interface LoadBalanced {
  clients: ClusterAccess;
  administrators?: ClusterAccess;
}

/** What there is to verify: a stack's outputs with their secrets. */
export interface Deployment {
  /** The stack's name, for commands. */
  stack: string;
  gateway: Server;
  masterKey: string;
  /** Default: there is no load balancer. */
  loadBalanced?: LoadBalanced | undefined;
  admin: Server;
  adminToken: string;
  /** The models as the settings name them. */
  models: { name: string; mocked: boolean; deployments: ModelDeployment[] }[];
  /** Default: there are none. */
  teams?: TeamLimits[] | undefined;
  projects: ProjectHolder[];
  pools: PoolHolder[];
  /** Virtual keys by alias. */
  keys: Record<string, string>;
}
