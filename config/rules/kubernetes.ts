import { ADMIN_PORT } from "../schema/kubernetes/access.ts";
import { isNamed, ownAddress } from "../schema/kubernetes/fields.ts";
import { METRICS_PORT } from "../schema/kubernetes/metrics.ts";
import { NAMESPACE } from "../problems/problems.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import type { KubernetesDraft, Rule, SettingsDraft } from "./rule.ts";

/** Every rule of section kubernetes: those of a cluster of the user's, and those of any. */
export const kubernetesRules: Rule[] = [
  ...[
    onePostgres,
    oneRedis,
    authoritiesCount,
    addressesAreKnown,
    oneGateway,
    administratorsAreApart,
    clientsAreLetIn,
  ].map(on("kubernetes")),
  ...[replicasGrow, loadIsMeasured, portsAreFree, poolNamesFitLabels].map(on("kubernetes", "gcp")),
];

/** Makes a rule of section kubernetes one of all settings, for some platforms. */
function on(...platforms: string[]): (rule: KubernetesRule) => Rule {
  return (rule) => (settings) =>
    platforms.includes(settings.platform ?? "") ? rule(settings, settings.kubernetes ?? {}) : [];
}

/** Where the PgBouncer of a LiteLLM pod listens, only inside the pod. */
const PGBOUNCER_PORT = 6432;

type KubernetesRule = (settings: SettingsDraft, kubernetes: KubernetesDraft) => SettingsProblem[];

function onePostgres(_settings: SettingsDraft, { postgres }: KubernetesDraft): SettingsProblem[] {
  if (!postgres) return [];
  const path = ["kubernetes", "postgres"];
  const { trial, host, adminPassword } = postgres;
  if (trial && host !== undefined) {
    const message = "is a server of yours, but trial asks for one in the cluster; leave out one of them";
    return [{ path: [...path, "host"], seen: host, message }];
  }
  if (trial === false && host === undefined) {
    const message = "is missing; write where your PostgreSQL is, or `trial: true` to try the gateway out";
    return [{ path: [...path, "host"], message }];
  }
  if (trial && postgres.readReplica) {
    const message = "is a replica of a server of yours, but trial asks for one in the cluster; leave out one of them";
    return [{ path: [...path, "readReplica"], message }];
  }
  if (host !== undefined && adminPassword === undefined) {
    const command = `pulumi config set --path --secret ${NAMESPACE}:${[...path, "adminPassword"].join(".")}`;
    return [{ path: [...path, "adminPassword"], message: `is missing; set it with \`${command}\`` }];
  }
  return [];
}

function oneRedis(_settings: SettingsDraft, { redis }: KubernetesDraft): SettingsProblem[] {
  // One that is there and wrong is undefined, and reported already.
  if (!redis || "host" in redis !== "sentinel" in redis) return [];
  const message = "needs either the host of a server, as `host`, or Sentinels that know it, as `sentinel`";
  return [{ path: ["kubernetes", "redis"], message }];
}

/** Nobody believes in a check that doesn't happen. */
function authoritiesCount(_settings: SettingsDraft, { postgres, redis }: KubernetesDraft): SettingsProblem[] {
  return Object.entries({ postgres, redis }).flatMap(([name, server]) => {
    if (server?.caCertificate === undefined) return [];
    const path = ["kubernetes", name, "caCertificate"];
    if (server === postgres && postgres.trial) {
      return [
        { path, message: "is for a server of yours, but trial asks for one in the cluster; leave out one of them" },
      ];
    }
    const { tls } = server;
    if (tls === undefined || tls === "verify-full") return [];
    return [{ path, message: `changes nothing, because tls is ${tls}; write \`tls: verify-full\`, or leave it out` }];
  });
}

function addressesAreKnown(_settings: SettingsDraft, { postgres, redis }: KubernetesDraft): SettingsProblem[] {
  const servers = { postgres, "postgres.readReplica": postgres?.readReplica, redis };
  return Object.entries(servers).flatMap(([name, server]) => {
    const host = server?.host ?? (server && "sentinel" in server ? server.sentinel?.service : undefined);
    if (host === undefined || ownAddress(host).length > 0 || isNamed(server?.addresses)) return [];
    const message = `is missing; write the cidrs or namespaces that "${host}" leads to, because network policies know no DNS names`;
    return [{ path: ["kubernetes", ...name.split("."), "addresses"], message }];
  });
}

function replicasGrow({ pools = {} }: SettingsDraft, { litellm, workers }: KubernetesDraft): SettingsProblem[] {
  const sizes = [
    { path: ["litellm"], least: litellm?.replicas, most: litellm?.maxReplicas },
    ...Object.values(pools).map((pool) => ({ path: ["workers"], least: pool?.replicas, most: workers?.maxReplicas })),
  ];
  return sizes.flatMap(({ path, least, most }) => {
    if (least === undefined || most === undefined || least <= most) return [];
    const message = `is less than the ${least} that run at least; write ${least} or more`;
    return [{ path: ["kubernetes", ...path, "maxReplicas"], seen: most, message }];
  });
}

function loadIsMeasured({ platform }: SettingsDraft, { litellm, metrics }: KubernetesDraft): SettingsProblem[] {
  const { requestsPerSecond, tokensPerSecond, replicas, maxReplicas } = litellm ?? {};
  return Object.entries({ requestsPerSecond, tokensPerSecond }).flatMap(([name, seen]) => {
    if (seen === undefined) return [];
    const path = ["kubernetes", "litellm", name];
    if (!metrics && platform !== "gcp") {
      const message = "is measured by LiteLLM's metrics, which are off; set `metrics` too";
      return [{ path, seen, message }];
    }
    if (replicas === undefined || replicas !== maxReplicas) return [];
    const message = `changes nothing, because there are always ${replicas} pods; write a maxReplicas above that`;
    return [{ path, seen, message }];
  });
}

function portsAreFree({ platform, litellm, gcp }: SettingsDraft, kubernetes: KubernetesDraft): SettingsProblem[] {
  const { metrics, postgres, access } = kubernetes;
  const taken = [
    ...(metrics || platform === "gcp" ? [{ port: METRICS_PORT, by: "the metrics" }] : []),
    ...((access?.adminRoute ?? gcp?.access?.admin) ? [{ port: ADMIN_PORT, by: "administrators" }] : []),
    ...(postgres?.pooledConnections === undefined ? [] : [{ port: PGBOUNCER_PORT, by: "PgBouncer" }]),
  ];
  return taken
    .filter(({ port }) => port === litellm?.port)
    .map(({ port, by }) => ({ path: ["litellm", "port"], seen: port, message: `is that of ${by}; write another` }));
}

function oneGateway(_settings: SettingsDraft, { access }: KubernetesDraft): SettingsProblem[] {
  const message =
    "needs either the Gateway that is there, as `parent`, or the internal class to make one of, as `class`";
  return (["route", "adminRoute"] as const).flatMap((name) => {
    const route = access?.[name];
    if (!route || (route.parent === undefined) !== (route.class === undefined)) return [];
    return [{ path: ["kubernetes", "access", name], message }];
  });
}

/** Under the clients' own name, everything would be theirs. */
function administratorsAreApart(_settings: SettingsDraft, { access }: KubernetesDraft): SettingsProblem[] {
  const { route, adminRoute } = access ?? {};
  if (!route || !adminRoute) return [];
  const path = ["kubernetes", "access", "adminRoute"];
  const { hostname, tlsSecret, issuer } = adminRoute;
  const problems: SettingsProblem[] = [];
  if (hostname !== undefined && hostname.toLowerCase() === route.hostname?.toLowerCase()) {
    const message = "is the name that clients use, who would get to everything; write another one";
    problems.push({ path: [...path, "hostname"], seen: hostname, message });
  }
  if (tlsSecret !== undefined && tlsSecret === route.tlsSecret && (issuer ?? route.issuer) !== undefined) {
    const message = "is the Secret that cert-manager fills for clients; write another one";
    problems.push({ path: [...path, "tlsSecret"], seen: tlsSecret, message });
  }
  return problems;
}

function clientsAreLetIn(_settings: SettingsDraft, { access, clients }: KubernetesDraft): SettingsProblem[] {
  if ((!access?.route && !access?.loadBalancer) || isNamed(clients)) return [];
  const message =
    "is missing; write the cidrs or namespaces that may use the way in, because LiteLLM refuses all others";
  return [{ path: ["kubernetes", "clients"], message }];
}

/** A pool's workers carry `worker-` and its name as a label. */
function poolNamesFitLabels({ pools = {} }: SettingsDraft): SettingsProblem[] {
  const longest = 63 - "worker-".length;
  return Object.keys(pools)
    .filter((name) => name.length > longest)
    .map((name) => ({
      path: ["pools", name],
      message: `is too long for a label in the cluster; write up to ${longest} characters`,
    }));
}
