import { cacheParams, isInRedisOfStack } from "./litellm/cache.ts";
import { deploymentIds } from "./deployment-ids.ts";
import type { KubernetesSettings } from "./schema/kubernetes/kubernetes.ts";
import { defined, type Mapping } from "./problems/mapping.ts";
import { addressOf, type Deployment, hasMocks, hasWildcards, modelNames } from "./schema/models.ts";
import { routesByPrice } from "./rules/prices.ts";
import { keyPaths } from "./schema/routes.ts";
import type { Routing } from "./schema/routing.ts";
import type { Settings } from "./settings.ts";
import { yamlForPython } from "./yaml-for-python.ts";

/** What of the request guard runs inside LiteLLM: `hook` in `components/litellm/project_parameters.py`. */
const REQUEST_GUARD = "project_parameters.hook";

/** What chooses among a model's deployments: `components/litellm/deployment_choice.py`. */
const DEPLOYMENT_CHOICE = "deployment_choice.hook";

/** What gives keys that people make by hand their routes: `components/litellm/key_defaults.py`. */
const KEY_DEFAULTS = "key_defaults.with_routes";

/** The provider of models that give mock answers, and what answers for it: `components/litellm/mock_models.py`. */
const MOCK_PROVIDER = "gateway-mock";
const MOCK_MODELS = "mock_models.models";

/**
 * The configuration file of the LiteLLM proxy. Holds no secret: provider keys, the master key, the salt key and the
 * database's URL come from its environment.
 */
export function litellmConfig(
  settings: Pick<Settings, "models" | "routing" | "litellm" | "kubernetes" | "gcp">,
): string {
  const { models, routing, litellm, kubernetes, gcp } = settings;
  const { redis, metrics } = kubernetes;
  const ids = deploymentIds(models);
  return yamlForPython({
    model_list: models.map((deployment, index) => ({
      model_name: deployment.name,
      litellm_params: { ...litellmParams(deployment), ...(routesByPrice(routing) && prices(deployment)) },
      model_info: { id: ids[index], ...mockAnswer(deployment), ...deployment.info, ...prices(deployment) },
    })),
    router_settings: {
      routing_strategy: routing.strategy,
      num_retries: routing.numRetries,
      retry_after: routing.retryAfter,
      // LiteLLM's own cooldowns count what is a request's own fault. These two are for DEPLOYMENT_CHOICE.
      disable_cooldowns: true,
      allowed_fails: routing.allowedFails,
      cooldown_time: routing.cooldownTime,
      model_group_retry_policy: retriesOfMissing(models, routing),
      retry_policy: retryPolicy(routing),
      routing_strategy_args: routing.strategyOptions,
      fallbacks: pairs(routing.fallbacks),
      context_window_fallbacks: pairs(routing.contextWindowFallbacks),
      content_policy_fallbacks: pairs(routing.contentPolicyFallbacks),
      default_fallbacks: routing.defaultFallbacks,
      model_group_alias: routing.aliases,
      enable_tag_filtering: routing.tagFiltering,
      ...litellm.router,
    },
    litellm_settings: {
      // LiteLLM answers 422 otherwise, which clients don't take for a limit.
      budget_exceeded_status_code: 429,
      request_timeout: litellm.requestTimeout,
      json_logs: true,
      // Otherwise a budget shows only after its own next request, and as used up after it was reset.
      ...(metrics && { prometheus_initialize_budget_metrics: true }),
      default_key_generate_params: { allowed_routes: keyPaths() },
      // Who asks for a name with a star chooses the model: one that the price list lacks would cost nothing.
      ...(hasWildcards(models) && { block_requests_for_models_without_pricing: true }),
      ...litellm.settings,
      ...cached(settings),
      // Without the request guard before it, LiteLLM does not start.
      callbacks: [...(metrics ? ["prometheus"] : []), REQUEST_GUARD, DEPLOYMENT_CHOICE, ...callbacks(litellm.settings)],
      ...(hasMocks(models) && {
        custom_provider_map: [{ provider: MOCK_PROVIDER, custom_handler: MOCK_MODELS }],
      }),
    },
    general_settings: {
      // Everybody has these addresses who comes by a port-forward, or on this machine: who signs in with a wrong password
      // some times would lock out all others. The right one is the master key, which nobody guesses.
      max_failed_login_attempts_per_source_overrides: { "127.0.0.1": 0, "::1": 0 },
      database_connection_pool_limit: litellm.databaseConnections,
      custom_key_generate: KEY_DEFAULTS,
      // Whoever asks for /health is answered from checks that never run: else each model is called, and nobody is charged.
      background_health_checks: true,
      health_check_interval: 0,
      // This file is the only source of models: what the admin UI adds would be missing from the next review.
      store_model_in_db: false,
      // Each process counts from its start, and many don't live for a day, which is the default. A run deletes half a
      // million entries at most.
      maximum_spend_logs_retention_period: `${litellm.spendLogDays}d`,
      maximum_spend_logs_retention_interval: "1h",
      ...(redis && { coordination_redis: coordination(redis) }),
      // Platform gcp makes the server, and lets LiteLLM sign in to it without a password.
      ...(gcp?.redis && { coordination_redis: VALKEY }),
      ...litellm.general,
    },
    guardrails: litellm.guardrails,
    callback_settings: litellm.callbackSettings,
  });
}

/** The callbacks of the settings, besides those that this program needs. */
function callbacks(settings: Mapping | undefined): unknown[] {
  const own = settings?.["callbacks"];
  return Array.isArray(own) ? own : [];
}

/** Where answers are kept for whoever asks the same: in the stack's Redis, unless the settings name another place. */
function cached({ litellm, kubernetes: { redis }, gcp }: Pick<Settings, "litellm" | "kubernetes" | "gcp">): Mapping {
  const params = cacheParams(litellm.settings);
  if (params === undefined || !isInRedisOfStack(params)) return {};
  const server = gcp?.redis ? VALKEY : redis && coordination(redis);
  return server ? { cache_params: { type: "redis", ...server, ...params } } : {};
}

/**
 * How often a request is tried again that a provider answers with 404, which LiteLLM never does by itself: once with each
 * other deployment of the name, since a model may be gone from one provider alone.
 */
function retriesOfMissing(models: readonly Deployment[], routing: Routing): Record<string, object> | undefined {
  const { numRetries } = routing;
  const names = modelNames(models).map((name): [string, number] => {
    const others = models.filter((model) => model.name === name).length - 1;
    return [name, Math.min(others, numRetries)];
  });
  const retried = names.filter(([, retries]) => retries > 0);
  if (retried.length === 0) return undefined;
  // Of a model that has a policy of its own, LiteLLM doesn't read that of all.
  const others = retryPolicy(routing);
  return Object.fromEntries(retried.map(([name, retries]) => [name, { NotFoundErrorRetries: retries, ...others }]));
}

/** How often a request is tried again by kind of failure, in LiteLLM's names. */
function retryPolicy({ retries }: Routing): Record<string, number> | undefined {
  if (!retries) return undefined;
  return defined({
    BadRequestErrorRetries: retries.badRequest,
    AuthenticationErrorRetries: retries.authentication,
    TimeoutErrorRetries: retries.timeout,
    RateLimitErrorRetries: retries.rateLimit,
    ContentPolicyViolationErrorRetries: retries.contentPolicy,
    InternalServerErrorRetries: retries.internalServer,
    ServiceUnavailableErrorRetries: retries.serviceUnavailable,
  });
}

/** A mapping as the list of mappings of one name each that LiteLLM reads. */
function pairs(mapping: Record<string, string[]> | undefined): Record<string, string[]>[] | undefined {
  return mapping && Object.entries(mapping).map(([name, models]) => ({ [name]: models }));
}

/** Names the file with the authorities of Redis. */
export const REDIS_AUTHORITIES_VARIABLE = "REDIS_SSL_CA_CERTS";

/** Memorystore, whose certificate is checked as `components/gcp/valkey.ts` says by variables. */
const VALKEY = { host: "os.environ/REDIS_HOST", port: 6379, ssl: true, ssl_cert_reqs: "required" };

/** The Redis in which replicas share rate limits and spend, and with `cache: true` answers. */
function coordination(redis: NonNullable<KubernetesSettings["redis"]>): Record<string, unknown> {
  const { host, port, password, sentinel } = redis;
  return {
    ...(sentinel
      ? {
          service_name: sentinel.service,
          sentinel_nodes: sentinel.nodes.map((node) => [node.host, node.port]),
          ...(sentinel.password && { sentinel_password: "os.environ/REDIS_SENTINEL_PASSWORD" }),
        }
      : { host, port }),
    ...tlsParameters(redis),
    ...(password && { password: "os.environ/REDIS_PASSWORD" }),
  };
}

/** Also for the Sentinels. Said in full, since what LiteLLM's client checks by itself changed with its releases. */
function tlsParameters({ tls, caCertificate }: NonNullable<KubernetesSettings["redis"]>): Record<string, unknown> {
  if (tls === "disable") return { ssl: false };
  if (tls === "require") return { ssl: true, ssl_cert_reqs: "none", ssl_check_hostname: false };
  return {
    ssl: true,
    ssl_cert_reqs: "required",
    ssl_check_hostname: true,
    ...(caCertificate !== undefined && { ssl_ca_certs: `os.environ/${REDIS_AUTHORITIES_VARIABLE}` }),
  };
}

/** What LiteLLM calls a deployment with, in its own names. */
function litellmParams(deployment: Deployment): Record<string, unknown> {
  const { model, signIn, params = {}, mock, rpm, tpm, weight, order, tags } = deployment;
  return {
    ...(mock === undefined
      ? { model, ...signIn, ...params, ...overrides(deployment) }
      : // Of what a request may hold, LiteLLM lets to providers of others only what it knows, and refuses the rest.
        { model: `${MOCK_PROVIDER}/${model}`, drop_params: true }),
    api_base: addressOf(deployment),
    ...{ rpm, tpm, weight, order, tags },
    timeout: deployment.timeout,
    stream_timeout: deployment.streamTimeout,
    // LiteLLM's router sets `max_retries`, of the provider's client, to 0 for every deployment.
    num_retries: deployment.maxRetries,
  };
}

/** What a deployment says otherwise than its provider's entry. */
function overrides({ apiVersion, region, location }: Deployment): Record<string, string> {
  return {
    ...(apiVersion !== undefined && { api_version: apiVersion }),
    ...(region !== undefined && { aws_region_name: region }),
    ...(location !== undefined && { vertex_location: location }),
  };
}

/** What a deployment answers by itself, counted and charged as the model that it stands for. */
function mockAnswer({ model, mock }: Deployment): Record<string, string> {
  return mock === undefined ? {} : { base_model: model, mock_answer: mock };
}

/**
 * What a deployment's tokens cost. LiteLLM charges what it finds under the deployment's id. Among `litellm_params` prices
 * would go along with each call, and a call that LiteLLM can't attribute to a deployment (`generateContent` of a provider
 * that isn't Google) makes them those of every deployment with the same model.
 */
function prices({ price }: Deployment): Record<string, number> {
  if (!price) return {};
  const { input, output, cachedInput, cacheWrite } = price;
  return {
    input_cost_per_token: input / MILLION,
    output_cost_per_token: output / MILLION,
    ...(cachedInput !== undefined && { cache_read_input_token_cost: cachedInput / MILLION }),
    ...(cacheWrite !== undefined && { cache_creation_input_token_cost: cacheWrite / MILLION }),
  };
}

const MILLION = 1_000_000;
