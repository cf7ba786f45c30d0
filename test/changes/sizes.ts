import { type Edit, EVERYWHERE, type Subject } from "./edit.ts";

const migration = "LiteLLM's migration";

const edits: Edit[] = [
  {
    what: "Upgrade LiteLLM",
    set: { "litellm.version": "1.108.7" },
    on: EVERYWHERE,
    touches: ["LiteLLM", migration],
    refusedOn: ["local"],
  },
  {
    what: "Upgrade Sagewai",
    set: { "sagewai.version": "1.0.2" },
    on: EVERYWHERE,
    // The relay runs on the same image, which the cluster pulls anyway.
    touches: ["the Sagewai admin", "the workers of general", "the relay to PostgreSQL"],
    refusedOn: ["local"],
  },
  {
    what: "Take LiteLLM's image from a registry of one's own",
    set: { "kubernetes.images.litellm": "registry.example.com/litellm:v1.108.6" },
    on: ["kubernetes"],
    touches: ["LiteLLM", migration],
  },
  {
    what: "Run more pods of LiteLLM",
    set: { "kubernetes.litellm.replicas": 3 },
    on: ["kubernetes"],
    touches: ["LiteLLM"],
  },
  {
    what: "Give LiteLLM's pods more memory",
    set: { "kubernetes.litellm.memory": "6Gi" },
    on: ["kubernetes"],
    // The Job that migrates the database has the same size, and a Job can't be changed. It finds nothing to do.
    touches: ["LiteLLM", migration],
  },
  {
    what: "Run two processes of LiteLLM",
    set: { "litellm.workers": 2 },
    on: ["local", "kubernetes"],
    touches: ["LiteLLM"],
    // The server accepts too few connections for all of its pods' processes.
    refusedOn: ["kubernetes"],
  },
  {
    what: "Give LiteLLM more connections to PostgreSQL",
    set: { "litellm.databaseConnections": 12 },
    on: ["local"],
    touches: ["LiteLLM"],
  },
  {
    what: "Have LiteLLM listen on another port",
    set: { "litellm.port": 4123 },
    on: ["local"],
    touches: [
      "LiteLLM",
      "the Sagewai admin",
      "the workers of general",
      "the workers of gpu-workers",
      "the key of the pool general",
      "the key of the pool gpu-workers",
      "the Sagewai admin's own key",
      "where Pulumi reaches LiteLLM and Sagewai",
    ],
    note: "No key changes: what Pulumi calls to make and read them does.",
  },
  {
    what: "Have the Sagewai admin listen on another port",
    set: { "sagewai.port": 8123 },
    on: ["local"],
    touches: [
      "the Sagewai admin",
      "the workers of general",
      "the workers of gpu-workers",
      "the enrollment key of the pool general",
      "the enrollment key of the pool gpu-workers",
      "where Pulumi reaches LiteLLM and Sagewai",
    ],
    note: "No key changes: what Pulumi calls to make and read them does.",
  },
  {
    what: "Change the administrator's address",
    set: { "sagewai.adminEmail": "platform@acme.com" },
    on: ["local"],
    touches: ["the Sagewai admin"],
  },
  {
    what: "Have PostgreSQL accept more connections",
    set: { "postgres.maxConnections": 200 },
    on: ["local", "prod"],
    touches: ["PostgreSQL", "alerts", "the dashboard"],
  },
  {
    what: "A larger server of PostgreSQL",
    set: { "gcp.postgres.tier": "db-custom-4-16384" },
    on: ["prod"],
    // They know how many connections it accepts.
    touches: ["PostgreSQL", "alerts", "the dashboard"],
    note: "The server restarts, which the standby in another zone makes shorter.",
  },
  {
    what: "A larger disk of PostgreSQL",
    set: { "gcp.postgres.diskSize": 100 },
    on: ["prod"],
    // It may grow further, which the alert knows.
    touches: ["PostgreSQL", "alerts"],
    note: "Nothing restarts. A disk never becomes smaller.",
  },
  {
    what: "PostgreSQL and Valkey in one zone",
    set: { "gcp.highAvailability": false },
    on: ["prod"],
    touches: ["PostgreSQL", "Valkey"],
  },
  {
    what: "A larger Valkey",
    set: { "gcp.redis.nodeType": "HIGHMEM_MEDIUM" },
    on: ["prod"],
    touches: ["Valkey"],
  },
  {
    what: "Another maintenance window of the cluster",
    set: { "gcp.cluster.maintenance": { start: "01:00" } },
    on: ["prod"],
    touches: ["the cluster"],
  },
  {
    what: "Another release channel of the cluster",
    set: { "gcp.cluster.releaseChannel": "STABLE" },
    on: ["prod"],
    touches: ["the cluster"],
  },
];

/** How much of what runs, and which release. */
export const sizes: Subject = {
  title: "Sizes and versions",
  lead: "On `local`, releases of LiteLLM and Sagewai come with this project. PostgreSQL's version is no setting: it is 16, but on a server of your own.",
  edits,
};
