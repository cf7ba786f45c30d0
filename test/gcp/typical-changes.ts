/** Changes of stack file prod: what it is, the settings, and all steps of the preview in alphabetical order. */
export const CHANGES: [what: string, settings: Record<string, unknown>, steps: string[]][] = [
  [
    "a larger server of PostgreSQL",
    { "gcp.postgres.tier": "db-custom-4-16384" },
    [
      // They know how many connections it accepts.
      "update AlertPolicy llm-gateway-prod-postgres-connections",
      "update Dashboard llm-gateway-prod",
      "update DatabaseInstance llm-gateway-prod-postgres",
    ],
  ],
  [
    "a larger disk",
    { "gcp.postgres.diskSize": 100 },
    // It may grow further, which the alert knows.
    ["update AlertPolicy llm-gateway-prod-postgres-disk", "update DatabaseInstance llm-gateway-prod-postgres"],
  ],
  [
    "a label, on everything that can have one and another one, which is not what certificates are issued by",
    { "gcp.labels": { team: "platform" } },
    [
      "update Address llm-gateway-prod-clients",
      "update Address llm-gateway-prod-egress-1",
      "update Address llm-gateway-prod-postgres",
      "update Address llm-gateway-prod-uptime",
      "update Authority llm-gateway-prod-authority",
      "update CaPool llm-gateway-prod-authority",
      "update Certificate llm-gateway-prod-clients",
      "update Cluster llm-gateway-prod-cluster",
      "update CryptoKey llm-gateway-prod-cluster",
      "update DatabaseInstance llm-gateway-prod-postgres",
      "update ForwardingRule llm-gateway-prod-postgres",
      "update Instance llm-gateway-prod-valkey",
      "update ManagedZone llm-gateway-prod-clients",
      "update Namespace llm-gateway-prod",
      ...[
        "key-research-team",
        "litellm-database-url",
        "litellm-litellm-master-key",
        "litellm-litellm-salt-key",
        "litellm-model-key-anthropic",
        "litellm-model-key-openai",
        "sagewai-admin-admin-password",
        "sagewai-admin-api-token-hash",
        "sagewai-admin-database-url",
        "sagewai-admin-litellm-api-key",
        "sagewai-admin-sagewai-database-url",
        "sagewai-admin-sagewai-master-key",
        "worker-general-enrollment-key",
        "worker-general-task-env",
      ].map((secret) => `update Secret llm-gateway-prod-${secret}`),
      "update ServiceConnectionPolicy llm-gateway-prod-valkey",
      "update gcp gcp",
    ],
  ],
  [
    "another maintenance window of the cluster",
    { "gcp.cluster.maintenance": { start: "01:00" } },
    ["update Cluster llm-gateway-prod-cluster"],
  ],
  ["another release channel", { "gcp.cluster.releaseChannel": "STABLE" }, ["update Cluster llm-gateway-prod-cluster"]],
  [
    "one more egress address",
    { "gcp.network.natAddresses": 2 },
    ["create Address llm-gateway-prod-egress-2", "update RouterNat llm-gateway-prod-nat"],
  ],
  [
    "clients in one more range",
    { "gcp.access.clients": ["10.8.0.0/24", "10.9.0.0/24"] },
    ["update RegionSecurityPolicy llm-gateway-prod-clients"],
  ],
  [
    "a hostname for administrators, which neither clients' hostname, address nor certificate notices",
    { "gcp.access.admin": { hostname: "admin.llm.prod.internal", clients: ["10.9.0.0/24"] } },
    [
      "create Certificate litellm-clients-admin",
      "create Certificate llm-gateway-prod-admins",
      "create GCPBackendPolicy litellm-admins-gcpbackendpolicy",
      "create HTTPRoute litellm-admins-httproute",
      "create HealthCheckPolicy litellm-admins-healthcheckpolicy",
      "create ManagedZone llm-gateway-prod-admins",
      "create RecordSet llm-gateway-prod-admins",
      "create RegionSecurityPolicy llm-gateway-prod-admins",
      "create Service litellm-admin",
      // Which holds what listens at the port of administrators.
      "replace ConfigMap litellm",
      // Certificate Manager warns of both certificates' end.
      "update AlertPolicy llm-gateway-prod-certificate",
      "update Deployment litellm",
      "update Firewall llm-gateway-prod-allow-load-balancer",
      "update Gateway litellm-clients-gateway",
      "update NetworkPolicy litellm",
    ],
  ],
  [
    "servers in one zone",
    { "gcp.highAvailability": false },
    ["update DatabaseInstance llm-gateway-prod-postgres", "update Instance llm-gateway-prod-valkey"],
  ],
  [
    "one more reader of a project's key",
    { "projects.research-team.accessors": ["group:research@acme.com"] },
    ["create SecretIamMember llm-gateway-prod-key-research-team-group:research@acme.com"],
  ],
  [
    "another release of LiteLLM",
    { "litellm.version": "1.108.7" },
    ["create Job litellm-migration-1-108-7", "delete Job litellm-migration-1-108-6", "update Deployment litellm"],
  ],
  ["more replicas", { "kubernetes.litellm.replicas": 3 }, ["update HorizontalPodAutoscaler litellm"]],
  [
    "another address for alerts",
    { "gcp.alerts.emails": ["other@acme.com"] },
    [
      "create NotificationChannel llm-gateway-prod-other@acme.com",
      "delete NotificationChannel llm-gateway-prod-gateway-team@acme.com",
      ...[
        "budget-used",
        "budget-warning",
        "certificate",
        "error-rate",
        "migration-failed",
        "no-replica",
        "postgres-connections",
        "postgres-disk",
        "unreachable",
      ].map((policy) => `update AlertPolicy llm-gateway-prod-${policy}`),
    ],
  ],
];

/** Changes of stack file prod that would take away what must stay: what it is, the settings, and what is said. */
export const REFUSED: [what: string, settings: Record<string, unknown>, said: RegExp[]][] = [
  [
    "another region",
    { "gcp.region": "europe-west4", ...acknowledged("replace/gcp.region") },
    [replaced("cluster"), replaced("postgres"), replaced("authority")],
  ],
  [
    "another range of the nodes",
    { "gcp.network.nodes": "10.30.0.0/22", ...acknowledged("replace/gcp.network.nodes") },
    [replaced("cluster")],
  ],
  [
    "another region that nobody has acknowledged",
    { "gcp.region": "europe-west4" },
    [/ {2}replace\/gcp\.region: llm-gateway:gcp\.region changes from `europe-west1` to `europe-west4`/],
  ],
  [
    "another range of the load balancer's proxies",
    { "gcp.network.proxies": "10.26.0.0/22" },
    [/llm-gateway:gcp\.network\.proxies changes from `10\.26\.0\.0\/23` to `10\.26\.0\.0\/22`/],
  ],
  [
    "no way in for clients any more",
    { "gcp.access": undefined },
    [/resource ".*::llm-gateway-prod-authority" cannot be deleted/],
  ],
];

/** The setting that lets the program go on, so that what protects resources by itself shows. */
export function acknowledged(...acts: string[]): Record<string, unknown> {
  return { acknowledge: Object.fromEntries(acts.map((act) => [act, "2099-12-31"])) };
}

/** What Pulumi says of a resource that would be replaced and is protected. */
function replaced(name: string): RegExp {
  return new RegExp(`unable to replace resource ".*::llm-gateway-prod-${name}"`);
}
