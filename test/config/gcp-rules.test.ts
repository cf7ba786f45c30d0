import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";

import { warnings } from "../../config/warnings.ts";
import { access, certificate, isPrivate, place, problems, secretKeys, settingsOf, stack } from "./gcp-stack.ts";
import { problemsOf } from "./stack.ts";

describe("the way in on gcp", () => {
  it("is for some, whose addresses are private", () => {
    expect(problems({ access })).toEqual([]);
    expect(problems({ access: { ...access, clients: ["0.0.0.0/0", "8.8.8.0/24"] } })).toEqual([
      `gcp.access.clients[0]: "0.0.0.0/0" ${isPrivate}`,
      `gcp.access.clients[1]: "8.8.8.0/24" ${isPrivate}`,
    ]);
    expect(problems({ access: { ...access, clients: [] } })).toEqual([
      "gcp.access.clients: [] is empty; write the ranges that clients are in",
    ]);
    expect(problems({ access: { hostname: "llm.acme.internal" } })).toEqual([
      "gcp.access.clients is missing; write the ranges that clients are in",
    ]);
  });

  it("takes a certificate with its chain and its key, which is a secret", async () => {
    const { privateKey } = settingsOf({ access: { ...access, certificate } }).gcp?.access?.certificate ?? {};
    expect(privateKey && (await pulumi.isSecret(privateKey))).toBe(true);
    const lines = (given: object) => problems({ access: { ...access, certificate: given } });
    expect(lines({ chain: certificate.chain })).toEqual([
      "gcp.access.certificate.privateKey is missing; set it with `pulumi config set --path --secret llm-gateway:gcp.access.certificate.privateKey`",
    ]);
    expect(lines({ privateKey: certificate.privateKey })).toContain(
      'gcp.access.certificate.chain is missing; write the text that begins with "-----BEGIN CERTIFICATE-----"',
    );
    expect(lines(certificate)).toEqual([
      "gcp.access.certificate.privateKey is in plain text in the stack file, and by now maybe in Git and in Pulumi's history too; revoke that certificate, set a new one with `pulumi config set --path --secret llm-gateway:gcp.access.certificate.privateKey`, and clean both as docs/operations.md says",
    ]);
  });
});

describe("the way in for administrators on gcp", () => {
  const admin = { hostname: "admin.llm.acme.internal", clients: ["10.9.0.0/24"] };
  const lines = (given: object) => problems({ access: { ...access, admin: { ...admin, ...given } } });

  it("is for some, whose addresses are private, and under a name of its own", () => {
    expect(lines({})).toEqual([]);
    expect(lines({ clients: ["0.0.0.0/0"] })).toEqual([`gcp.access.admin.clients[0]: "0.0.0.0/0" ${isPrivate}`]);
    expect(lines({ clients: undefined })).toEqual([
      "gcp.access.admin.clients is missing; write the ranges that administrators are in",
    ]);
    expect(lines({ hostname: access.hostname })).toEqual([
      `gcp.access.admin.hostname: "${access.hostname}" is the name that clients use, who would get to everything; write another one`,
    ]);
  });

  it("takes a certificate, whose key is a secret", () => {
    expect(lines({ certificate })).toEqual([
      "gcp.access.admin.certificate.privateKey is in plain text in the stack file, and by now maybe in Git and in Pulumi's history too; revoke that certificate, set a new one with `pulumi config set --path --secret llm-gateway:gcp.access.admin.certificate.privateKey`, and clean both as docs/operations.md says",
    ]);
  });

  it("takes a port that LiteLLM must leave free", () => {
    expect(problems({ access: { ...access, admin } }, { litellm: { port: 9099 } })).toEqual([
      "litellm.port: 9099 is that of administrators; write another",
    ]);
  });
});

describe("the servers on gcp", () => {
  const size = (postgres: object, gcp: object = {}) => problems({ postgres, ...gcp });

  it("survive the failure of a zone only on machines of their own", () => {
    expect(size({ tier: "db-g1-small" })).toEqual([
      expect.stringMatching(/^gcp\.postgres\.tier: "db-g1-small" accepts 50 connections/),
      'gcp.postgres.tier: "db-g1-small" shares its CPU with others, and Google gives no SLA for it; write one such as db-custom-2-7680, or `highAvailability: false`',
    ]);
    expect(size({ tier: "db-custom-1-3840" }, { highAvailability: false })).toEqual([]);
  });

  it("keep as many days of log as the machine's edition does, and a backup for each", () => {
    expect(size({ logDays: 14, retainedBackups: 14 })).toEqual([
      "gcp.postgres.logDays: 14 is more than the 7 days that Cloud SQL keeps with tier db-custom-2-7680; write 7 or less, or a tier db-perf-optimized-N-…",
    ]);
    expect(size({ tier: "db-perf-optimized-N-2", logDays: 14 })).toEqual([
      "gcp.postgres.retainedBackups: 7 is less than the 14 days of logDays, each of which needs a backup; write 14 or more",
    ]);
    expect(size({ tier: "db-perf-optimized-N-2", logDays: 35, retainedBackups: 35 })).toEqual([]);
  });

  it("accept the connections that pods open, as the machine does or the settings say", () => {
    const kubernetes = { litellm: { replicas: 2, maxReplicas: 9 } };
    const small = { postgres: { tier: "db-custom-1-3840" } };
    const load =
      "too few for 15 pods (6 of them while others are replaced) with 1 LiteLLM workers with 10 connections each and 30 for others;";
    expect(problems(small, { kubernetes })).toEqual([
      `gcp.postgres.tier: "db-custom-1-3840" accepts 100 connections, ${load} write one with more memory, set postgres.maxConnections to at least 180, or lower those of litellm`,
    ]);
    expect(problems(small, { kubernetes, postgres: { maxConnections: 170 } })).toEqual([
      `postgres.maxConnections: 170 is ${load} write at least 180, or lower those of litellm`,
    ]);
    expect(problems(small, { kubernetes, postgres: { maxConnections: 180 } })).toEqual([]);
    expect(problems({}, { kubernetes })).toEqual([]);
    expect(settingsOf(small).postgres).toEqual({ maxConnections: 100 });
    expect(settingsOf(small, { postgres: { maxConnections: 180 } }).postgres).toEqual({ maxConnections: 180 });
  });

  it("count no connections of a machine or a number that is wrong by itself", () => {
    const kubernetes = { litellm: { maxReplicas: 50 } };
    expect(problems({ postgres: { tier: "big" } }, { kubernetes })).toEqual([
      expect.stringMatching(/^gcp\.postgres\.tier: "big" is not a machine type /),
    ]);
    expect(problems({}, { kubernetes, postgres: { maxConnections: 0 } })).toEqual([
      "postgres.maxConnections: 0 must be at least 1",
    ]);
  });

  it("encrypt secrets with keys only in regions that are named", () => {
    expect(problems({ secrets: { encryption: true } })).toEqual([
      "gcp.secrets.locations is empty, but encryption needs regions, because each has a key of its own; write them, such as [europe-west1]",
    ]);
    expect(problems({ secrets: { encryption: true, locations: ["europe-west1", "europe-west4"] } })).toEqual([]);
  });
});

describe("section kubernetes on gcp", () => {
  const without = (setting: string) =>
    `kubernetes.${setting} is for platform kubernetes, but platform gcp makes it; leave it out`;
  const sized = (kubernetes: object, others: object = {}) => problems({}, { kubernetes, ...others });

  it.each([
    ["kubeconfig", "~/.kube/config", without("kubeconfig")],
    ["context", "my-cluster", without("context")],
    ["createNamespace", false, without("createNamespace")],
    ["storageClass", "standard", without("storageClass")],
    ["pullSecrets", [], without("pullSecrets")],
    ["postgres", { trial: true }, `${without("postgres")}, or write gcp.postgres`],
    ["redis", { host: "10.0.0.6" }, `${without("redis")}, or write gcp.redis`],
    ["access", {}, `${without("access")}, or write gcp.access`],
  ])("is without %s", (setting, value, message) => {
    expect(sized({ [setting]: value })).toEqual([message]);
  });

  it("gives sizes, images and clients, with the same rules as in any cluster", () => {
    const clients = { namespaces: [{ name: "agents" }] };
    expect(sized({ namespace: "ai", images: { litellm: "mirror/litellm:1.108.6" }, clients })).toEqual([]);
    expect(sized({ litellm: { replicas: 3, maxReplicas: 2 } })).toEqual([
      "kubernetes.litellm.maxReplicas: 2 is less than the 3 that run at least; write 3 or more",
    ]);
    // Its metrics are always on.
    expect(sized({ litellm: { requestsPerSecond: 20 } })).toEqual([]);
    expect(sized({}, { litellm: { port: 9090 } })).toEqual([
      "litellm.port: 9090 is that of the metrics; write another",
    ]);
    expect(sized({}, { pools: { ["p".repeat(57)]: { models: ["gpt-4o"], budget: 1 } } })).toEqual([
      `pools.${"p".repeat(57)} is too long for a label in the cluster; write up to 56 characters`,
    ]);
  });
});

describe("the sizes of pods on gcp", () => {
  const sized = (kubernetes: object, others: object = {}) => problems({}, { kubernetes, ...others });

  it.each([
    ["as LiteLLM advises", {}, { litellm: { workers: 3 } }],
    ["with the least memory", { litellm: { cpu: "2", memory: "2Gi" } }, {}],
    ["with the most memory", { workers: { cpu: "0.5", memory: "3328Mi" } }, {}],
  ])("may be %s", (_title, kubernetes, others) => {
    expect(sized(kubernetes, others)).toEqual([]);
  });

  it.each([
    ["less memory", "litellm", { cpu: "8", memory: undefined }, '"4Gi"', "8; write 8192Mi to 53248Mi"],
    ["more memory", "litellm", { cpu: undefined, memory: "7Gi" }, '"7Gi"', "1; write 1024Mi to 6656Mi"],
    ["less memory", "sagewai", { cpu: "500m", memory: "511Mi" }, '"511Mi"', "500m; write 512Mi to 3328Mi"],
    ["more memory", "workers", { cpu: "1", memory: "1Ti" }, '"1Ti"', "1; write 1024Mi to 6656Mi"],
  ])("have no %s than Autopilot gives %s", (_title, section, size, seen, given) => {
    expect(sized({ [section]: size })).toEqual([
      `kubernetes.${section}.memory: ${seen} is not what GKE Autopilot gives a pod with CPU ${given}, or another cpu`,
    ]);
  });

  it("may be any elsewhere", () => {
    const kubernetes = { postgres: { trial: true }, litellm: { cpu: "8", memory: "4Gi" } };
    expect(problemsOf({ ...stack, platform: "kubernetes", gcp: {}, kubernetes }, secretKeys)).toEqual([]);
  });
});

describe("accessors of a project's key", () => {
  const lines = (accessors: unknown, settings: object = stack) =>
    problemsOf({ ...settings, projects: { a: { models: ["gpt-4o"], budget: 1, accessors } } }, secretKeys);
  const member =
    'is not a valid IAM principal; write one such as "group:research@example.com", "user:…", "serviceAccount:…", "domain:…" or "principal://iam.googleapis.com/…"';

  it("are members of IAM", () => {
    const members = [
      "user:ann@acme.com",
      "group:research@acme.com",
      "serviceAccount:app@acme-llm.iam.gserviceaccount.com",
      "domain:acme.com",
      "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/ns/a/sa/b",
      "principalSet://iam.googleapis.com/locations/global/workforcePools/acme/group/research",
    ];
    expect(lines(members)).toEqual([]);
    const projects = { a: { models: ["gpt-4o"], budget: 1, accessors: members } };
    expect(settingsOf({}, { projects }).projects[0]?.accessors).toEqual(members);
  });

  it.each([
    "ann@acme.com",
    "user:ann",
    "domain:acme",
    "team:research@acme.com",
    "principal://acme.com/x",
    "user:a@b.c d",
  ])("are not %j", (accessor) => {
    expect(lines([accessor])).toEqual([`projects.a.accessors[0]: ${JSON.stringify(accessor)} ${member}`]);
  });

  it.each(["allUsers", "allAuthenticatedUsers"])("are never %s", (accessor) => {
    expect(lines([accessor])).toEqual([
      `projects.a.accessors[0]: "${accessor}" is everybody on the Internet; name those who use the key`,
    ]);
  });

  it("are for platform gcp alone", () => {
    expect(lines(["group:research@acme.com"], {})).toEqual([
      "projects.a.accessors is only for platform gcp, whose Secret Manager lets them read the key; leave it out",
    ]);
    expect(lines([], {})).toEqual([]);
  });
});

describe("another platform", () => {
  it("refuses settings of gcp", () => {
    expect(problemsOf({ gcp: place })).toEqual([
      'gcp is only for platform gcp; write "platform: gcp", or leave it out',
    ]);
    expect(problemsOf({ gcp: {} })).toEqual([]);
  });
});

describe("warnings on gcp", () => {
  const projects = { bot: { models: ["gpt-4o"], budget: 1, rpmLimit: 10 } };

  it("name those whose limits several pods count, each for itself, unless there is Valkey", () => {
    expect(warnings(settingsOf({}, { projects }))).toEqual([
      "Without Redis each of up to 4 LiteLLM pods counts rate limits for itself, so that bot may get up to 4 times as much as the settings say. Set llm-gateway:gcp.redis, or llm-gateway:kubernetes.litellm.replicas and maxReplicas to 1.",
    ]);
    expect(warnings(settingsOf({ redis: {} }, { projects }))).toEqual([]);
  });
});
