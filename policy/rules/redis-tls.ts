import * as yaml from "yaml";

import { containersOf, WORKLOADS } from "../pods.ts";
import { at, entries, isNone, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

const CONFIG = "litellm-config.yaml";

export const redisTls: Rule = {
  why: "Connections to Redis or Valkey are encrypted and its certificate is checked, since it holds what every key has spent, and answers where they are cached.",
  source: "https://cloud.google.com/memorystore/docs/valkey/about-in-transit-encryption",
  types: new RegExp(
    `^(gcp:memorystore/instance:Instance|gcp:redis/instance:Instance|kubernetes:core/v1:ConfigMap)$|${WORKLOADS.source}`,
  ),
  judge: () => (resource) => {
    const { type, inputs } = resource;
    switch (type) {
      case "gcp:memorystore/instance:Instance":
      case "gcp:redis/instance:Instance":
        return isNone(at(inputs, "transitEncryptionMode"), "SERVER_AUTHENTICATION")
          ? ["The server takes connections without TLS: set transitEncryptionMode to SERVER_AUTHENTICATION."]
          : [];
      case "kubernetes:core/v1:ConfigMap":
        return isUnchecked(resource)
          ? [
              "LiteLLM doesn't check the certificate of Redis: set llm-gateway:kubernetes.redis.tls to verify-full, and caCertificate to that of its authority.",
            ]
          : [];
      default:
        return containersOf(type, inputs).some(hasNoTls)
          ? ["LiteLLM talks to Redis without TLS: set REDIS_SSL to true, and the authority in REDIS_GCP_SSL_CA_CERTS."]
          : [];
    }
  },
};

/** What LiteLLM's configuration says of the Redis that its replicas share. */
function isUnchecked({ inputs }: Resource): boolean {
  const { data } = inputs as { data?: Record<string, unknown> };
  const text = data?.[CONFIG];
  if (typeof text !== "string") return false;
  const redis = at(yaml.parse(text), "general_settings.coordination_redis");
  return redis !== undefined && (at(redis, "ssl") !== true || at(redis, "ssl_cert_reqs") !== "required");
}

/** A container that is told the address of Redis by variables. */
function hasNoTls(container: unknown): boolean {
  const variables = entries(at(container, "env"));
  const valueOf = (name: string) =>
    at(
      variables.find((one) => at(one, "name") === name),
      "value",
    );
  return valueOf("REDIS_HOST") !== undefined && isNone(valueOf("REDIS_SSL"), "true");
}
