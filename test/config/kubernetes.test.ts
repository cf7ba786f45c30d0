import { describe, expect, it } from "vitest";

import { podsInRollout } from "../../config/schema/connections.ts";
import { parseSettings } from "../../config/settings.ts";
import { warnings } from "../../config/warnings.ts";
import { minimal, problemsOf, rawConfig } from "./stack.ts";

const secretKeys = ["llm-gateway:providers", "llm-gateway:kubernetes"];
const stack = {
  platform: "kubernetes",
  providers: { openai: { apiKey: "sk-key" } },
  kubernetes: { postgres: { trial: true } },
};
const scraped = { scrapers: { namespaces: [{ "kubernetes.io/metadata.name": "monitoring" }] } };
const own = { host: "10.0.0.5", adminPassword: "secret" };

/** The problems of a stack on kubernetes with these settings of it, and others. */
function problems(kubernetes: object, others: object = {}): string[] {
  const settings = { ...stack, kubernetes: { ...stack.kubernetes, ...kubernetes }, ...others };
  // Next to a secret, every value of the section is one to Pulumi.
  return problemsOf(settings, secretKeys).map((line) => line.replace("kubernetes.", "").replace("[secret] ", ""));
}

const image =
  'is not pinned to a version; write an image with a version or a digest, such as "ghcr.io/berriai/litellm:v1.108.6"';
const cidr = 'is not a range of addresses; write one with its length, such as "10.0.0.0/16"';
const name = "is not a name; write up to 63 lower-case letters, digits and hyphens, a letter first";

describe("platform kubernetes", () => {
  it("needs to know no more than where PostgreSQL is", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ postgres: own })).toEqual([]);
  });

  it("says where PostgreSQL may come from", () => {
    expect(problems({ postgres: {} })).toEqual([
      "postgres.host is missing; write where your PostgreSQL is, or `trial: true` to try the gateway out",
    ]);
    expect(problems({ postgres: { ...own, trial: true } })).toEqual([
      "postgres.host: is a server of yours, but trial asks for one in the cluster; leave out one of them",
    ]);
    expect(problems({ postgres: { host: "10.0.0.5" } })).toEqual([
      "postgres.adminPassword is missing; set it with `pulumi config set --path --secret llm-gateway:kubernetes.postgres.adminPassword`",
    ]);
  });

  it("asks for the addresses behind a DNS name, which network policies need", () => {
    const addresses = (host: string) =>
      `is missing; write the cidrs or namespaces that "${host}" leads to, because network policies know no DNS names`;
    expect(problems({ postgres: { ...own, host: "db.internal" }, redis: { host: "redis.internal" } })).toEqual([
      `postgres.addresses ${addresses("db.internal")}`,
      `redis.addresses ${addresses("redis.internal")}`,
    ]);
    const named = { addresses: { cidrs: ["10.0.0.0/24"] } };
    expect(problems({ postgres: { ...own, host: "db.internal", ...named }, redis: { host: "fd00::7" } })).toEqual([]);
  });

  it("asks for the addresses of a replica and of Sentinels, wherever they lead", () => {
    const addresses = (host: string) =>
      `is missing; write the cidrs or namespaces that "${host}" leads to, because network policies know no DNS names`;
    const sentinel = { service: "mymaster", nodes: [{ host: "10.0.0.7" }] };
    const settings = { postgres: { ...own, readReplica: { host: "replica.internal" } }, redis: { sentinel } };
    expect(problems(settings)).toEqual([
      `postgres.readReplica.addresses ${addresses("replica.internal")}`,
      `redis.addresses ${addresses("mymaster")}`,
    ]);
    const named = { addresses: { namespaces: [{ name: "redis" }] } };
    const replica = { readReplica: { host: "10.0.0.6" } };
    expect(problems({ postgres: { ...own, ...replica }, redis: { sentinel, ...named } })).toEqual([]);
  });

  it("reads no replica of a server that it makes itself", () => {
    expect(problems({ postgres: { trial: true, readReplica: { host: "10.0.0.6" } } })).toEqual([
      "postgres.readReplica is a replica of a server of yours, but trial asks for one in the cluster; leave out one of them",
    ]);
  });

  it("says where Redis may come from", () => {
    const either = "redis needs either the host of a server, as `host`, or Sentinels that know it, as `sentinel`";
    const sentinel = { service: "mymaster", nodes: [{ host: "10.0.0.7" }] };
    expect(problems({ redis: {} })).toEqual([either]);
    expect(problems({ redis: { host: "10.0.0.6", sentinel, addresses: { cidrs: ["10.0.0.0/28"] } } })).toEqual([
      either,
    ]);
    expect(
      problems({ redis: { sentinel: { service: "", nodes: [] }, addresses: { cidrs: ["10.0.0.0/28"] } } }),
    ).toEqual([
      "redis.sentinel.nodes: is empty; write where the Sentinels are",
      "redis.sentinel.service: is empty; write the name of the servers that they watch",
    ]);
  });

  it("shows metrics to those alone who are named", () => {
    const nobody =
      "metrics.scrapers: names nobody; write the namespaces or cidrs of your Prometheus, because LiteLLM refuses all others";
    expect(problems({ metrics: { scrapers: {} } })).toEqual([nobody]);
    expect(problems({ metrics: {} })).toHaveLength(1);
    expect(problems({ metrics: scraped })).toEqual([]);
  });

  it("keeps metrics off LiteLLM's own port", () => {
    expect(problems({ metrics: scraped }, { litellm: { port: 9090 } })).toEqual([
      "litellm.port: 9090 is that of the metrics; write another",
    ]);
    expect(problems({}, { litellm: { port: 9090 } })).toEqual([]);
  });

  it("keeps LiteLLM off the port of its PgBouncer", () => {
    expect(problems({ postgres: { ...own, pooledConnections: 8 } }, { litellm: { port: 6432 } })).toEqual([
      "litellm.port: 6432 is that of PgBouncer; write another",
    ]);
    expect(problems({}, { litellm: { port: 6432 } })).toEqual([]);
  });

  it.each(["requestsPerSecond", "tokensPerSecond"])("counts %s only where they are measured and matter", (load) => {
    expect(problems({ litellm: { [load]: 20 } })).toEqual([
      `litellm.${load}: is measured by LiteLLM's metrics, which are off; set \`metrics\` too`,
    ]);
    expect(problems({ metrics: scraped, litellm: { [load]: 20, maxReplicas: 2 } })).toEqual([
      `litellm.${load}: changes nothing, because there are always 2 pods; write a maxReplicas above that`,
    ]);
    expect(problems({ metrics: scraped, litellm: { [load]: 20 } })).toEqual([]);
  });

  it.each([
    ["without a version", "ghcr.io/berriai/litellm", [image]],
    ["of the newest version", "ghcr.io/berriai/litellm:latest", [image]],
    ["of a branch", "ghcr.io/berriai/litellm:main-stable", [image]],
    ["with half a digest", "ghcr.io/berriai/litellm@sha256:0123", [image]],
    ["with a version", "ghcr.io/berriai/litellm:v1.108.6", []],
    ["with a version and a port", "registry:5000/litellm:1.108.6-patch.1", []],
    ["with a digest", `ghcr.io/berriai/litellm@sha256:${"0".repeat(64)}`, []],
    ["with both", `ghcr.io/berriai/litellm:v1.108.6@sha256:${"0".repeat(64)}`, []],
  ])("judges an image %s", (_title, litellm, messages) => {
    expect(problems({ images: { litellm } })).toEqual(messages.map((message) => `images.litellm: ${message}`));
  });

  it.each([
    ["a namespace", { namespace: "Gateway" }, `namespace: ${name}`],
    [
      "memory",
      { litellm: { memory: "4GB" } },
      'litellm.memory: is not an amount of bytes; write a whole number and Mi, Gi or Ti, such as "4Gi"',
    ],
    [
      "CPU",
      { workers: { cpu: "lots" } },
      'workers.cpu: is not an amount of CPU; write cores or thousandths of one, such as "1" or "500m"',
    ],
    ["a range", { clients: { cidrs: ["10.0.0.0"] } }, `clients.cidrs[0]: ${cidr}`],
    ["a range's length", { clients: { cidrs: ["10.0.0.0/33"] } }, `clients.cidrs[0]: ${cidr}`],
    [
      "all namespaces",
      { clients: { namespaces: [{}] } },
      "clients.namespaces[0]: selects every namespace; write a label",
    ],
    ["a switch", { createNamespace: "perhaps" }, "createNamespace: must be true or false, without quotes"],
    ["TLS", { postgres: { ...own, tls: "maybe" } }, "postgres.tls: must be one of verify-full, require, disable"],
    [
      "a name",
      { pullSecrets: ["A b"] },
      "pullSecrets[0]: is not the name of an object in a cluster; write lower-case letters, digits, hyphens and dots",
    ],
    [
      "a host",
      { redis: { host: "redis://x" } },
      'redis.host: is not a host; write a DNS name or an IP address, such as "postgres.example.internal"',
    ],
    [
      "replicas",
      { litellm: { replicas: 3, maxReplicas: 2 } },
      "litellm.maxReplicas: is less than the 3 that run at least; write 3 or more",
    ],
  ])("refuses %s that is none", (_title, settings, message) => {
    expect(problems(settings)).toEqual([message]);
  });

  it.each([
    ["zebra", { zebra: 1 }],
    ["images.zebra", { images: { zebra: "a:1.0" } }],
    ["redis.zebra", { redis: { host: "10.0.0.6", zebra: 1 } }],
    ["metrics.podMonitor.zebra", { metrics: { ...scraped, podMonitor: { zebra: 1 } } }],
    ["postgres.readReplica.zebra", { postgres: { ...own, readReplica: { host: "10.0.0.6", zebra: 1 } } }],
    [
      "access.route.zebra",
      { clients: { cidrs: ["10.0.0.0/8"] }, access: { route: { hostname: "a", class: "b", zebra: 1 } } },
    ],
  ])("reports the unknown setting %s", (path, settings) => {
    expect(problems(settings)).toEqual([expect.stringContaining(`${path} is not a setting; write one of `)]);
  });

  it("refuses fewer workers at most than a pool's", () => {
    const pools = { p: { models: ["gpt-4o"], budget: 1, replicas: 3 } };
    expect(problems({ workers: { maxReplicas: 2 } }, { pools })).toEqual([
      "workers.maxReplicas: is less than the 3 that run at least; write 3 or more",
    ]);
  });

  it("refuses a pool's name that is too long for a label", () => {
    const pools = { ["p".repeat(57)]: { models: ["gpt-4o"], budget: 1 } };
    expect(problems({}, { pools })).toEqual([
      `pools.${"p".repeat(57)} is too long for a label in the cluster; write up to 56 characters`,
    ]);
  });

  it("refuses a way in for clients that isn't internal, or lets nobody in", () => {
    const clients = { cidrs: ["10.0.0.0/8"] };
    const route = { hostname: "llm.example.com" };
    const either =
      "access.route needs either the Gateway that is there, as `parent`, or the internal class to make one of, as `class`";
    expect(problems({ clients, access: { route } })).toEqual([either]);
    const parent = { name: "internal", namespace: "gateways" };
    expect(problems({ clients, access: { route: { ...route, parent, class: "internal" } } })).toEqual([either]);
    expect(problems({ clients, access: { loadBalancer: { annotations: {} } } })).toEqual([
      'access.loadBalancer.annotations: is empty; write what makes your cloud\'s load balancers internal, such as "networking.gke.io/load-balancer-type: Internal"',
    ]);
    expect(problems({ access: { route: { ...route, parent } } })).toEqual([
      "clients is missing; write the cidrs or namespaces that may use the way in, because LiteLLM refuses all others",
    ]);
  });

  describe("a way in for administrators", () => {
    const clients = { cidrs: ["10.0.0.0/8"] };
    const route = { hostname: "llm.example.com", class: "internal", issuer: "ca" };
    const adminRoute = { hostname: "admin.llm.example.com", class: "internal", from: { cidrs: ["10.1.0.0/24"] } };

    it("may be there with one for clients, or alone", () => {
      expect(problems({ clients, access: { route, adminRoute } })).toEqual([]);
      expect(problems({ access: { adminRoute } })).toEqual([]);
    });

    it.each([
      [
        "of the clients' own name",
        { hostname: "LLM.example.com" },
        "access.adminRoute.hostname: is the name that clients use, who would get to everything; write another one",
      ],
      [
        "with the Secret of the clients' certificate",
        { tlsSecret: "litellm-tls" },
        "access.adminRoute.tlsSecret: is the Secret that cert-manager fills for clients; write another one",
      ],
      [
        "without a Gateway",
        { class: undefined },
        "access.adminRoute needs either the Gateway that is there, as `parent`, or the internal class to make one of, as `class`",
      ],
      [
        "whose Gateway is nowhere",
        { from: {} },
        "access.adminRoute.from: names nobody; write the cidrs or namespaces that its Gateway calls from, because LiteLLM refuses all others",
      ],
      [
        "without a word on that",
        { from: undefined },
        "access.adminRoute.from is missing; write the cidrs or namespaces that its Gateway calls from, because LiteLLM refuses all others",
      ],
    ])("is refused %s", (_title, wrong, message) => {
      expect(problems({ clients, access: { route, adminRoute: { ...adminRoute, ...wrong } } })).toEqual([message]);
    });

    it("is refused where LiteLLM has its port", () => {
      expect(problems({ access: { adminRoute } }, { litellm: { port: 9099 } })).toEqual([
        "litellm.port: 9099 is that of administrators; write another",
      ]);
      expect(problems({}, { litellm: { port: 9099 } })).toEqual([]);
    });
  });

  it("counts the connections of all pods, also while they are replaced", () => {
    expect(problems({ litellm: { maxReplicas: 4 } })).toEqual([]);
    expect(problems({ litellm: { maxReplicas: 5 } })).toEqual([
      "postgres.maxConnections: 100 is too few for 9 pods (4 of them while others are replaced) with 1 LiteLLM workers with 10 connections each and 30 for others; write at least 120, or lower those of litellm",
    ]);
  });

  it("counts the connections of a pod once where its workers share them", () => {
    const postgres = { ...own, pooledConnections: 10 };
    expect(problems({ litellm: { maxReplicas: 4 }, postgres }, { litellm: { workers: 4 } })).toEqual([]);
    expect(problems({ litellm: { maxReplicas: 5 }, postgres }, { litellm: { workers: 4 } })).toEqual([
      "postgres.maxConnections: 100 is too few for 9 pods (4 of them while others are replaced) with 10 pooled connections each and 30 for others; write at least 120, or lower those of litellm",
    ]);
  });

  it.each([
    [1, 2],
    [2, 4],
    [4, 6],
    [24, 36],
    [70, 106],
  ])("counts for %i pods those of %i while they are replaced a quarter at a time", (pods, during) => {
    expect(podsInRollout(pods)).toBe(during);
  });

  it("refuses passwords in plain text", () => {
    const kubernetes = { postgres: own, redis: { host: "10.0.0.6", password: "secret" } };
    const settings = { ...stack, kubernetes };
    const sentinel = { service: "mymaster", nodes: [{ host: "10.0.0.7" }], password: "secret" };
    const watched = { ...stack.kubernetes, redis: { sentinel, addresses: { cidrs: ["10.0.0.0/28"] } } };
    const plain = (path: string) =>
      `${path} is in plain text in the stack file, and by now maybe in Git and in Pulumi's history too; change that password, set a new one with \`pulumi config set --path --secret llm-gateway:${path}\`, and clean both as docs/operations.md says`;
    expect(problemsOf(settings, ["llm-gateway:providers"])).toEqual([
      plain("kubernetes.postgres.adminPassword"),
      plain("kubernetes.redis.password"),
    ]);
    expect(problemsOf({ ...stack, kubernetes: watched }, ["llm-gateway:providers"])).toEqual([
      plain("kubernetes.redis.sentinel.password"),
    ]);
  });

  it("protects what can't be made again, unless told not to", () => {
    const protect = (settings: object) =>
      parseSettings(rawConfig({ ...minimal, ...stack, ...settings }), secretKeys).protect;
    expect([protect({}), protect({ protect: "false" })]).toEqual([true, false]);
    expect(parseSettings(rawConfig(minimal)).protect).toBe(false);
  });
});

describe("another platform", () => {
  it("refuses settings of kubernetes", () => {
    expect(problemsOf({ kubernetes: { namespace: "ai" } })).toEqual([
      'kubernetes is only for platforms kubernetes and gcp; write "platform: kubernetes" or "platform: gcp", or leave it out',
    ]);
    expect(problemsOf({ kubernetes: {} })).toEqual([]);
  });
});

describe("warnings", () => {
  const of = (kubernetes: object, projects: object) =>
    warnings(
      parseSettings(
        rawConfig({ ...minimal, ...stack, kubernetes: { ...stack.kubernetes, ...kubernetes }, projects }),
        secretKeys,
      ),
    );
  const limited = { bot: { models: ["gpt-4o"], budget: 1, rpmLimit: 10 } };

  it("name those whose limits several pods count, each for itself", () => {
    expect(of({}, { ...limited, other: { models: ["gpt-4o"], budget: 1 } })).toEqual([
      "Without Redis each of up to 4 LiteLLM pods counts rate limits for itself, so that bot may get up to 4 times as much as the settings say. Set llm-gateway:kubernetes.redis, or llm-gateway:kubernetes.litellm.replicas and maxReplicas to 1.",
    ]);
  });

  it.each([
    ["there is Redis", { redis: { host: "10.0.0.6" } }, limited],
    ["there is one pod", { litellm: { replicas: 1, maxReplicas: 1 } }, limited],
    ["nobody has limits", {}, {}],
  ])("are silent when %s", (_title, kubernetes, projects) => {
    expect(of(kubernetes, projects)).toEqual([]);
  });
});
