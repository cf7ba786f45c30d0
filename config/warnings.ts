import { lastDay } from "./schema/certificates.ts";
import { cacheParams } from "./litellm/cache.ts";
import { NAMESPACE } from "./problems/problems.ts";
import { command } from "./rules/secrets.ts";
import { modelNames } from "./schema/models.ts";
import { redisOf } from "./schema/redis.ts";
import type { Settings } from "./settings.ts";

/** Days before the end of the last authority from which on each preview says so. */
const NOTICE_DAYS = 30;

const DAY = 86_400_000;

/** What is allowed and yet may surprise, each with what to do about it. */
export function warnings(settings: Settings): string[] {
  return [
    ...withLineEnds(settings),
    ...sharedLimits(settings),
    ...unverifiedServers(settings),
    ...endingAuthorities(settings),
    ...sharedAnswers(settings),
    ...uncheckedProviders(settings),
    ...widerThanTheyLook(settings),
    ...teamsWithoutProjects(settings),
    ...keysThatSagewaiLacks(settings),
  ];
}

function withLineEnds({ lineEnds }: Settings): string[] {
  return lineEnds.map(
    (path) =>
      `${NAMESPACE}:${path.join(".")} ends with a line end, which is left out. To set it again without one: \`printf %s "$SECRET" | ${command(path)}\`.`,
  );
}

function sharedLimits({ platform, kubernetes, gcp, teams, projects, pools }: Settings): string[] {
  if (
    platform === "local" ||
    redisOf({ platform, kubernetes, gcp }) !== undefined ||
    kubernetes.litellm.maxReplicas === 1
  ) {
    return [];
  }
  const limited = [...projects, ...pools].filter(
    ({ tpmLimit, rpmLimit, maxParallelRequests }) => tpmLimit ?? rpmLimit ?? maxParallelRequests,
  );
  const names = [
    ...limited.map(({ alias }) => alias),
    ...teams.filter(({ tpmLimit, rpmLimit }) => tpmLimit ?? rpmLimit).map(({ name }) => `team ${name}`),
  ];
  if (names.length === 0) return [];
  const { maxReplicas } = kubernetes.litellm;
  return [
    `Without Redis each of up to ${maxReplicas} LiteLLM pods counts rate limits for itself, so that ` +
      `${names.join(", ")} may get up to ${maxReplicas} times as much as the settings say. ` +
      `Set llm-gateway:${platform}.redis, or llm-gateway:kubernetes.litellm.replicas and maxReplicas to 1.`,
  ];
}

/** Servers of the user's that are called without a check of who answers. */
function unverifiedServers(settings: Settings): string[] {
  return ownServers(settings).flatMap(({ section, name, tls }) => {
    if (tls === "verify-full") return [];
    const remedy = `Set llm-gateway:kubernetes.${section}.tls to verify-full, and caCertificate to the certificate of the authority that signed the server's.`;
    return tls === "require"
      ? [
          `Connections to ${name} are encrypted, but the server's certificate isn't checked: whoever is on the way can pass for the server, and read and change everything. ${remedy}`,
        ]
      : [`Connections to ${name} aren't encrypted: whoever is on the way can read and change everything. ${remedy}`];
  });
}

/** Authorities after whose end no server passes the check. */
function endingAuthorities(settings: Settings): string[] {
  return ownServers(settings).flatMap(({ section, name, caCertificate }) => {
    if (caCertificate === undefined) return [];
    const end = lastDay(caCertificate);
    if (end.getTime() - Date.now() > NOTICE_DAYS * DAY) return [];
    return [
      `The authority of ${name} ends on ${end.toISOString().slice(0, 10)}, and with it every new connection. ` +
        `Add the certificate of its successor to llm-gateway:kubernetes.${section}.caCertificate before the server gets a certificate of it.`,
    ];
  });
}

/** Whoever may use a model gets what another project was answered. */
function sharedAnswers({ litellm }: Settings): string[] {
  const params = cacheParams(litellm.settings);
  if (params === undefined) return [];
  const { type = "redis", ttl } = params;
  const kept = typeof ttl === "number" ? `for ${ttl} seconds` : "until the cache drops them";
  return [
    `LiteLLM keeps answers in its cache (${String(type)}) ${kept}: whoever asks the same of the same model gets the same answer, whichever project asked first, and is charged nothing. ` +
      `Set llm-gateway:litellm.settings.cache to false to have each request answered by its model.`,
  ];
}

/** Deployments that are called without a check of who answers. */
function uncheckedProviders({ models, litellm }: Settings): string[] {
  const places = [
    ...models.flatMap(({ name, params }, index) =>
      params?.["ssl_verify"] === false ? [`llm-gateway:models[${index}].params.ssl_verify (${name})`] : [],
    ),
    ...(litellm.settings?.["ssl_verify"] === false ? ["llm-gateway:litellm.settings.ssl_verify"] : []),
  ];
  return places.map(
    (place) =>
      `${place} is false, so that certificates aren't checked: whoever is on the way can pass for the provider, and read keys, prompts and answers. Set it to the path of the authority's certificate, as one of llm-gateway:secretFiles.`,
  );
}

/** LiteLLM knows which provider a bare name such as gpt-4o belongs to, and lets a key that has `openai/*` call it. */
function widerThanTheyLook({ models, projects, pools }: Settings): string[] {
  const bare = modelNames(models).filter((name) => !name.includes("/") && !name.endsWith("*"));
  return [...projects, ...pools].flatMap(({ alias, models: own }) => {
    const stars = own.filter((name) => name.endsWith("/*"));
    const others = bare.filter((name) => !own.includes(name));
    if (stars.length === 0 || others.length === 0) return [];
    return [
      `${alias} has ${stars.join(" and ")}, with which LiteLLM also lets it call those of ${others.join(", ")} that it takes for the same provider's, whatever stands behind them here. Give models that it must not call names with a slash.`,
    ];
  });
}

/** A team does nothing by itself. */
function teamsWithoutProjects({ teams, projects }: Settings): string[] {
  const idle = teams.map(({ name }) => name).filter((name) => projects.every(({ team }) => team !== name));
  return idle.map(
    (name) =>
      `${NAMESPACE}:teams.${name} has no project, so that it limits nobody. Write "team: ${name}" into those that belong to it, or remove it.`,
  );
}

/** Projects whose key was taken over: LiteLLM doesn't tell its value, so that Sagewai can't have it. */
function keysThatSagewaiLacks({ projects }: Settings): string[] {
  const names = projects.filter(({ adopt, generation }) => adopt !== undefined && (generation ?? 1) === 1);
  if (names.length === 0) return [];
  const listed = names.map(({ name }) => name).join(", ");
  return [
    `Nobody knows the value of an adopted key, so that agents in Sagewai can call no model for ${listed}. Raise generation for a key that Sagewai gets as well.`,
  ];
}

function ownServers({ platform, kubernetes: { postgres, redis } }: Settings) {
  if (platform !== "kubernetes") return [];
  return [
    ...(postgres.trial || postgres.host === undefined
      ? []
      : [{ section: "postgres", name: "PostgreSQL", ...postgres }]),
    ...(redis ? [{ section: "redis", name: "Redis", ...redis }] : []),
  ];
}
