import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as yaml from "yaml";

import type { RuleName } from "../../config/schema/policy-rules.ts";
import type { Resource } from "../../policy/resource.ts";
import type { Registered } from "../program/deploy.ts";

/** Resources that keep to a rule, and the same with one thing changed, which don't. */
export interface Case {
  keeps: Resource[];
  breaks: Resource[];
  /** What the rule says of it, in part. */
  says: string;
}

const DIGEST = `@sha256:${"0123456789abcdef".repeat(4)}`;
const URL_WITH_PASSWORD = "postgresql://litellm:pass-of-litellm@10.20.0.5:5432/litellm";

/** What no message may repeat. */
export const SECRETS = ["pass-of-litellm", "sk-in-plain-text"];

const cloudSql = of("prod", "gcp:sql/databaseInstance:DatabaseInstance");
const litellm = of("prod", "kubernetes:apps/v1:Deployment", "litellm");
const admin = of("prod", "kubernetes:apps/v1:Deployment", "sagewai-admin");
const keys = of("prod", "pulumi-nodejs:dynamic/litellm:VirtualKeys", "projects");
const service = of("prod", "kubernetes:core/v1:Service", "litellm-uptime");
const policy = of("prod", "kubernetes:networking.k8s.io/v1:NetworkPolicy", "default-deny");
// Where no other policy is.
const [alone, denied] = [litellm, policy].map((one) => changed(one, "metadata.namespace", "alone")) as [
  Resource,
  Resource,
];
const settings = of("kubernetes", "kubernetes:core/v1:ConfigMap", "litellm", "test/kubernetes/options.resources.yaml");
const secret = of("kubernetes", "kubernetes:core/v1:Secret", "litellm");
const ranges = "spec.loadBalancerSourceRanges";
const image = "spec.template.spec.containers.0.image";

/** By rule, each of which has one at least. */
export const CASES: Record<RuleName, Case[]> = {
  "public-addresses": [
    breaking(cloudSql, "settings.ipConfiguration.ipv4Enabled", true, "gets a public address"),
    breaking(
      cloudSql,
      "settings.ipConfiguration.authorizedNetworks",
      [{ value: "0.0.0.0/0" }],
      "lets every address in",
    ),
    breaking(
      of("prod", "gcp:container/cluster:Cluster"),
      "privateClusterConfig.enablePrivateNodes",
      false,
      "nodes get",
    ),
    breaking(
      of("prod", "gcp:container/cluster:Cluster"),
      {
        "controlPlaneEndpointsConfig.ipEndpointsConfig.enabled": true,
        "privateClusterConfig.enablePrivateEndpoint": false,
      },
      "API gets a public address",
    ),
    breaking(
      of("prod", "gcp:compute/address:Address", "llm-gateway-prod-postgres"),
      "addressType",
      "EXTERNAL",
      "public address",
    ),
    breaking(
      of("prod", "gcp:compute/firewall:Firewall", "llm-gateway-prod-allow-load-balancer"),
      "sourceRanges",
      ["0.0.0.0/0"],
      "lets every address of the Internet in",
    ),
  ],
  "public-load-balancers": [
    breaking(
      of("prod", "gcp:compute/forwardingRule:ForwardingRule"),
      "loadBalancingScheme",
      "EXTERNAL_MANAGED",
      "is public",
    ),
    breaking(of("prod", "gcp:compute/forwardingRule:ForwardingRule"), "loadBalancingScheme", undefined, "is public"),
    // Its ranges are those of Google's uptime checks.
    breaking(service, "metadata.annotations", {}, "internal in your cloud"),
    ...["10.0.0.0/0", "172.16.0.0/8", "fd00::/0", "203.0.113.0/24"].map((range) =>
      breaking(
        changed(changed(service, "metadata.annotations", {}), ranges, ["10.20.0.0/16", "fd00:20::/32"]),
        ranges,
        ["10.20.0.0/16", range],
        "name private ranges in spec.loadBalancerSourceRanges",
      ),
    ),
    breaking(service, "spec.type", "NodePort", "set spec.type to ClusterIP"),
    breaking(
      of("prod", "kubernetes:gateway.networking.k8s.io/v1:Gateway"),
      "spec.gatewayClassName",
      "gke-l7-global-external-managed",
      "gke-l7-global-external-managed, makes public load balancers",
    ),
  ],
  "public-buckets": [
    breaking(made("gcp:storage/bucket:Bucket", bucket()), "publicAccessPrevention", "inherited", "can be made public"),
    breaking(made("gcp:storage/bucket:Bucket", bucket()), "publicAccessPrevention", undefined, "can be made public"),
    breaking(
      made("gcp:storage/bucketAccessControl:BucketAccessControl", {
        bucket: "backups",
        entity: "user-a@acme.com",
        role: "READER",
      }),
      "entity",
      "allUsers",
      "Everybody on the Internet may read it",
    ),
  ],
  "image-digests": [
    breaking(
      changed(litellm, image, `ghcr.io/berriai/litellm:v1.108.6${DIGEST}`),
      image,
      "ghcr.io/berriai/litellm:v1.108.6",
      "kubernetes.images.litellm",
    ),
  ],
  "postgres-tls": [
    breaking(
      cloudSql,
      "settings.ipConfiguration.sslMode",
      "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
      "takes connections without TLS",
    ),
    breaking(of("prod", "pulumi:providers:postgresql"), "sslmode", "require", "sslmode is not verify-full"),
    breaking(
      changed(secret, "stringData", {
        DATABASE_URL: `${URL_WITH_PASSWORD}?sslmode=require&sslaccept=strict&sslrootcert=`,
      }),
      "stringData",
      { DATABASE_URL: `${URL_WITH_PASSWORD}?sslmode=require` },
      "DATABASE_URL lacks",
    ),
    breaking(
      changed(secret, "data", { DATABASE_URL: base64(`${URL_WITH_PASSWORD}?sslmode=require&sslaccept=strict`) }),
      "data",
      { DATABASE_URL: base64(URL_WITH_PASSWORD) },
      "DATABASE_URL lacks",
    ),
    breaking(
      changed(
        of("prod", "gcp:secretmanager/secretVersion:SecretVersion", "llm-gateway-prod-litellm-database-url"),
        "secretData",
        `${URL_WITH_PASSWORD}?sslmode=require&sslaccept=strict`,
      ),
      "secretData",
      URL_WITH_PASSWORD,
      "DATABASE_URL lacks",
    ),
    breaking(admin, variable(admin, "PGSSLMODE"), "require", "PGSSLMODE is not verify-full"),
  ],
  "redis-tls": [
    breaking(
      of("prod", "gcp:memorystore/instance:Instance"),
      "transitEncryptionMode",
      "TRANSIT_ENCRYPTION_DISABLED",
      "without TLS",
    ),
    breaking(litellm, variable(litellm, "REDIS_SSL"), "false", "set REDIS_SSL to true"),
    replacing(settings, "ssl_cert_reqs: required", "ssl_cert_reqs: none", "kubernetes.redis.tls to verify-full"),
    replacing(settings, /ssl: true/, "ssl: false", "kubernetes.redis.tls to verify-full"),
  ],
  "key-budgets": [
    breaking(keys, "research-team.maxBudget", undefined, "The key research-team has no budget"),
    breaking(keys, "research-team.maxBudget", 0, "The key research-team has no budget"),
    breaking(keys, "research-team.budgetDuration", undefined, "never starts again"),
  ],
  "key-models": [
    breaking(keys, "research-team.models", ["gpt-4o", "openai/*"], "may use openai/*"),
    breaking(keys, "research-team.models", ["all-proxy-models"], "may use all-proxy-models"),
    breaking(keys, "research-team.models", [], "may use all"),
  ],
  "key-routes": [
    breaking(keys, "research-team.allowedRoutes", ["/v1/messages", "/key/generate"], "may call /key/generate"),
    breaking(keys, "research-team.allowedRoutes", ["management_routes"], "may call management_routes"),
    breaking(keys, "research-team.allowedRoutes", undefined, "has no allowedRoutes"),
  ],
  "key-expiry": [
    breaking(changed(keys, "research-team.duration", "90d"), "research-team.duration", undefined, "never ends"),
    breaking(changed(keys, "research-team.duration", "90d"), "research-team.duration", "400d", "is valid for 400d"),
  ],
  // The tests' ceiling is 150.
  "budget-ceiling": [
    breaking(keys, "research-team.maxBudget", 160, "all together may spend $160.00 in 30 days"),
    breaking(keys, "research-team.budgetDuration", "1d", "all together may spend $1500.00 in 30 days"),
  ],
  "budget-margin": [breaking(keys, "research-team.metadata.soft_budget", 48, "less than 10 % is margin")],
  "primitive-roles": [
    breaking(
      of("prod", "gcp:projects/iAMMember:IAMMember", "llm-gateway-prod-nodes"),
      "role",
      "roles/editor",
      "roles/editor is far more",
    ),
    breaking(
      made("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", {
        ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "workers" } },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "ServiceAccount", name: "worker", namespace: "llm-gateway" }],
      }),
      "roleRef.name",
      "cluster-admin",
      "cluster-admin is far more",
    ),
  ],
  "project-wide-secrets": [
    breaking(
      of("prod", "gcp:projects/iAMMember:IAMMember", "llm-gateway-prod-nodes"),
      "role",
      "roles/secretmanager.secretAccessor",
      "reads every secret",
    ),
  ],
  "public-members": [
    breaking(
      of("prod", "gcp:secretmanager/secretIamMember:SecretIamMember"),
      "member",
      "allAuthenticatedUsers",
      "given to everybody",
    ),
    breaking(
      made("gcp:storage/bucketIAMBinding:BucketIAMBinding", {
        bucket: "backups",
        role: "roles/storage.objectViewer",
        members: ["user:a@acme.com"],
      }),
      "members",
      ["user:a@acme.com", "allUsers"],
      "given to everybody",
    ),
  ],
  labels: [
    breaking(policy, "metadata.labels", {}, "lacks the label app.kubernetes.io/part-of"),
    // The tests ask for this one.
    breaking(
      changed(of("prod", "pulumi:providers:gcp"), "defaultLabels", '{"cost-center":"42"}'),
      "defaultLabels",
      '{"team":"42"}',
      "set llm-gateway:gcp.labels.cost-center",
    ),
  ],
  protection: [
    { ...breaking(cloudSql, {}, "Pulumi's protection is not set"), breaks: [{ ...cloudSql, protect: false }] },
    breaking(cloudSql, "settings.deletionProtectionEnabled", false, "settings.deletionProtectionEnabled is not set"),
    breaking(of("prod", "gcp:memorystore/instance:Instance"), "deletionProtectionEnabled", false, "is not set"),
  ],
  backups: [
    breaking(cloudSql, "settings.backupConfiguration.enabled", false, "has no backups"),
    breaking(cloudSql, "settings.backupConfiguration.pointInTimeRecoveryEnabled", false, "gcp.postgres.logDays"),
  ],
  "network-policies": [
    { keeps: [alone, denied], breaks: [alone], says: "No NetworkPolicy is about its pods' ingress" },
    {
      keeps: [alone, denied],
      breaks: [alone, changed(denied, "spec.policyTypes", ["Ingress"])],
      says: "No NetworkPolicy is about its pods' egress",
    },
    {
      keeps: [alone, denied],
      breaks: [alone, changed(denied, "metadata.namespace", "another")],
      says: "No NetworkPolicy is about its pods' ingress",
    },
  ],
  "secret-storage": [
    { keeps: [litellm], breaks: [litellm, secret], says: "put them into Secret Manager" },
    {
      keeps: [litellm],
      breaks: [changed(litellm, variable(litellm, "LITELLM_MASTER_KEY"), "sk-in-plain-text")],
      says: "The variable LITELLM_MASTER_KEY has its value in the manifest",
    },
  ],
};

/** A resource of a committed list: one of its type, or that of a name. */
function of(stack: string, type: string, name?: string, file = `test/program/${stack}.resources.yaml`): Resource {
  const found = listed(file).find((one) => one.type === type && (name === undefined || one.name === name));
  if (found === undefined) throw new Error(`${file} has no ${type} ${name ?? ""}`);
  return made(type, found.inputs, found.name);
}

function made(type: string, inputs: Record<string, unknown>, name = "made"): Resource {
  return { urn: `urn:pulumi:prod::llm-gateway::${type}::${name}`, type, name, protect: true, inputs };
}

/** A resource, and the same with other values at some paths. */
function breaking(
  keeps: Resource,
  ...change: [path: string, value: unknown, says: string] | [changes: Record<string, unknown>, says: string]
): Case {
  const [changes, says] = change.length === 2 ? change : [{ [change[0]]: change[1] }, change[2]];
  let broken = keeps;
  for (const [path, value] of Object.entries(changes)) broken = changed(broken, path, value);
  return { keeps: [keeps], breaks: [broken], says };
}

/** LiteLLM's configuration, and the same with another text in it. */
function replacing(keeps: Resource, text: string | RegExp, other: string, says: string): Case {
  const { data } = keeps.inputs as { data: Record<string, string> };
  const config = data["litellm-config.yaml"] ?? "";
  const broken = config.replace(text, other);
  if (broken === config) throw new Error(`LiteLLM's configuration has no ${String(text)}`);
  return {
    keeps: [keeps],
    breaks: [{ ...keeps, inputs: { ...keeps.inputs, data: { ...data, "litellm-config.yaml": broken } } }],
    says,
  };
}

function changed(resource: Resource, path: string, value: unknown): Resource {
  const inputs = structuredClone(resource.inputs);
  const names = path.split(".");
  const last = names.pop() ?? "";
  let holder: Record<string, unknown> = inputs;
  for (const name of names) holder = (holder[name] ??= {}) as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
  return { ...resource, inputs };
}

/** The path of a variable's value in a workload's first container. */
function variable({ inputs }: Resource, name: string): string {
  const { spec } = inputs as { spec: { template: { spec: { containers: { env: { name: string }[] }[] } } } };
  const index = spec.template.spec.containers[0]?.env.findIndex((one) => one.name === name) ?? -1;
  if (index < 0) throw new Error(`no variable ${name}`);
  return `spec.template.spec.containers.0.env.${index}.value`;
}

function bucket() {
  return { name: "backups", location: "EU", uniformBucketLevelAccess: true, publicAccessPrevention: "enforced" };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** The resources of a committed list. */
function listed(file: string): Registered[] {
  return yaml.parse(readFileSync(join(import.meta.dirname, "../..", file), "utf8")) as Registered[];
}
