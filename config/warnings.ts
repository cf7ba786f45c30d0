import { NAMESPACE } from "./problems.ts";
import { command } from "./secrets.ts";
import type { Settings } from "./settings.ts";

/** What is allowed and yet may surprise, each with what to do about it. */
export function warnings(settings: Settings): string[] {
  return [...withLineEnds(settings), ...countedAlone(settings)];
}

function withLineEnds({ lineEnds }: Settings): string[] {
  return lineEnds.map(
    (path) =>
      `${NAMESPACE}:${path.join(".")} ends with a line end, which is left out. To set it again without one: \`printf %s "$SECRET" | ${command(path)}\`.`,
  );
}

function countedAlone({ platform, kubernetes, gcp, projects, pools }: Settings): string[] {
  const redis = platform === "gcp" ? gcp?.redis : kubernetes.redis;
  if (platform === "local" || redis !== undefined || kubernetes.litellm.maxReplicas === 1) return [];
  const limited = [...projects, ...pools].filter(
    ({ tpmLimit, rpmLimit, maxParallelRequests }) => tpmLimit ?? rpmLimit ?? maxParallelRequests,
  );
  if (limited.length === 0) return [];
  const { maxReplicas } = kubernetes.litellm;
  return [
    `Without Redis each of up to ${maxReplicas} LiteLLM pods counts rate limits for itself, so that ` +
      `${limited.map(({ alias }) => alias).join(", ")} may get up to ${maxReplicas} times as much as the settings say. ` +
      `Set llm-gateway:${platform}.redis, or llm-gateway:kubernetes.litellm.replicas and maxReplicas to 1.`,
  ];
}
