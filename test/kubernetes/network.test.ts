import { describe, expect, it } from "vitest";

import { deploy } from "../program/deploy.ts";
import { type End, PolicyEvaluator } from "./policy-evaluator.ts";
import { podOf, workloadOf } from "./rendered.ts";

const { resources } = await deploy("kubernetes", {
  "llm-gateway:providers": { openai: { apiKey: "sk-test" }, anthropic: { apiKey: "sk-test" } },
  "llm-gateway:models": [
    { name: "gpt-4o", model: "gpt-4o", provider: "openai" },
    {
      name: "claude-sonnet",
      model: "claude-sonnet-4",
      provider: "anthropic",
      apiBase: "https://models.example.com:8443/v1",
    },
    { name: "llama", model: "openai/llama", provider: "openai", apiBase: "http://vllm.models.svc/v1" },
    { name: "qwen", model: "openai/qwen", provider: "openai", apiBase: "http://qwen.more.svc.cluster.local:8000/v1" },
  ],
  "llm-gateway:kubernetes": {
    postgres: { trial: true },
    redis: { host: "10.3.0.7", password: "of-redis" },
    clients: { cidrs: ["10.8.0.0/24"], namespaces: [{ "kubernetes.io/metadata.name": "agents" }] },
    metrics: { scrapers: { namespaces: [{ "kubernetes.io/metadata.name": "monitoring" }] } },
  },
});
const policies = new PolicyEvaluator(resources);

const pod = (name: string) => podOf(workloadOf(resources, name));
const elsewhere = (namespace: string): End => ({ labels: {}, namespace: { "kubernetes.io/metadata.name": namespace } });

const ends: Record<string, End> = {
  litellm: pod("litellm"),
  migration: pod("litellm-migration"),
  admin: pod("sagewai-admin"),
  worker: pod("worker-general"),
  postgres: pod("postgres"),
  "a stranger in the namespace": { ...elsewhere("llm-gateway") },
  "a client's namespace": elsewhere("agents"),
  "the namespace of Prometheus": elsewhere("monitoring"),
  "another namespace": elsewhere("default"),
  "a client's address": { address: "10.8.0.20" },
  "another address": { address: "10.9.0.20" },
};

const servers: Record<string, { end: End; port: number; protocol?: "UDP" }> = {
  litellm: { end: pod("litellm"), port: 4000 },
  "litellm's metrics": { end: pod("litellm"), port: 9090 },
  "litellm, another port": { end: pod("litellm"), port: 8080 },
  admin: { end: pod("sagewai-admin"), port: 8000 },
  worker: { end: pod("worker-general"), port: 8000 },
  migration: { end: pod("litellm-migration"), port: 4000 },
  postgres: { end: pod("postgres"), port: 5432 },
  redis: { end: { address: "10.3.0.7" }, port: 6379 },
  "redis' neighbour": { end: { address: "10.3.0.8" }, port: 6379 },
  "https anywhere": { end: { address: "104.18.7.192" }, port: 443 },
  "https anywhere, IPv6": { end: { address: "2606:4700::6812:7c0" }, port: 443 },
  "a provider's own port": { end: { address: "203.0.113.9" }, port: 8443 },
  "http anywhere": { end: { address: "104.18.7.192" }, port: 80 },
  "a model server's pods": { end: elsewhere("models"), port: 8000 },
  "another model server's pods": { end: elsewhere("more"), port: 8080 },
  "pods of another namespace": { end: elsewhere("default"), port: 8000 },
  "a cloud's metadata": { end: { address: "169.254.169.254" }, port: 443 },
  DNS: { end: elsewhere("kube-system"), port: 53, protocol: "UDP" },
  "DNS elsewhere": { end: { address: "8.8.8.8" }, port: 53, protocol: "UDP" },
};

/** Who may reach what. Whatever isn't here is refused. */
const INTENDED: Record<string, string[]> = {
  litellm: [
    ...["postgres", "redis", "https anywhere", "https anywhere, IPv6", "a provider's own port", "http anywhere"],
    ...["a model server's pods", "another model server's pods", "DNS"],
  ],
  migration: ["postgres", "DNS"],
  admin: ["litellm", "postgres", "DNS"],
  worker: ["litellm", "admin", "DNS"],
  postgres: ["DNS"],
  "a client's namespace": ["litellm"],
  "a client's address": ["litellm"],
  "the namespace of Prometheus": ["litellm's metrics"],
};

/** Outside the namespace our policies restrict nothing that isn't ours. */
const ours = new Set([
  "litellm",
  "litellm's metrics",
  "litellm, another port",
  "admin",
  "worker",
  "migration",
  "postgres",
]);

describe("network policies", () => {
  it.each(Object.entries(ends))("let %s reach what it should, and nothing else", (name, from) => {
    const candidates = Object.entries(servers).filter(
      ([server, { end }]) => end !== from && ("labels" in from && isInNamespace(from) ? true : ours.has(server)),
    );
    const reached = candidates
      .filter(([, { end, port, protocol }]) => policies.allows(from, end, port, protocol))
      .map(([server]) => server);
    expect(reached).toEqual(INTENDED[name] ?? []);
  });
});

function isInNamespace(end: End): boolean {
  return "labels" in end && end.namespace["kubernetes.io/metadata.name"] === "llm-gateway";
}
