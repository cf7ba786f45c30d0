import { type Edit, type Subject } from "./edit.ts";

const edits: Edit[] = [
  {
    what: "Let pods of another namespace call the gateway",
    set: { "kubernetes.clients.namespaces": [{ "kubernetes.io/metadata.name": "agents-of-others" }] },
    on: ["kubernetes"],
    touches: ["LiteLLM's network policy"],
  },
  {
    what: "Let clients in one more range call the gateway",
    set: { "gcp.access.clients": ["10.8.0.0/24", "10.9.0.0/24"] },
    on: ["prod"],
    touches: ["who gets to the load balancer"],
  },
  {
    what: "A hostname for administrators",
    set: { "gcp.access.admin": { hostname: "admin.llm.prod.internal", clients: ["10.9.0.0/24"] } },
    on: ["prod"],
    touches: [
      "the way in for administrators",
      // Which holds what listens at the port of administrators.
      "LiteLLM's configuration",
      "LiteLLM",
      "LiteLLM's network policy",
      "the load balancer",
      "the firewall",
      // Certificate Manager warns of both certificates' end.
      "alerts",
    ],
  },
  {
    what: "No way in for clients any more",
    set: { "gcp.access": undefined },
    on: ["prod"],
    touches: [],
    refusedOn: ["prod"],
    note: "A protected stack leaves its authority in three runs, as docs/gcp.md says.",
  },
  {
    what: "A certificate of one's own for clients",
    set: {},
    certificate: { path: "gcp.access.certificate", host: "llm.prod.internal" },
    on: ["prod"],
    touches: [],
    refusedOn: ["prod"],
    note: "A protected stack leaves its authority in three runs, as docs/gcp.md says.",
  },
  {
    what: "One more egress address",
    set: { "gcp.network.natAddresses": 2 },
    on: ["prod"],
    touches: ["egress addresses"],
  },
  {
    what: "Another address for alerts",
    set: { "gcp.alerts.emails": ["other@acme.com"] },
    on: ["prod"],
    touches: ["who is notified", "alerts"],
  },
  {
    what: "Remind of keys that should be replaced",
    set: { "gcp.secrets.rotationReminder": 90 },
    on: ["prod"],
    touches: [
      "the topic of reminders",
      "the APIs of Google Cloud",
      "the key of research-team in Secret Manager",
      "LiteLLM's secrets",
      "the Sagewai admin's secrets",
      "the secrets of general's workers",
    ],
  },
  {
    // What certificates are issued by keeps its first labels.
    what: "A label of everything that can have one",
    set: { "gcp.labels": { team: "platform" } },
    on: ["prod"],
    touches: [
      "PostgreSQL",
      "the way to PostgreSQL",
      "Valkey",
      "the way to Valkey",
      "the cluster",
      "the cluster's encryption key",
      "the load balancer's certificate",
      "the certificates' authority",
      "egress addresses",
      "addresses in the network",
      "the gateway's DNS name",
      "Service Directory",
      "the key of research-team in Secret Manager",
      "LiteLLM's secrets",
      "the Sagewai admin's secrets",
      "the secrets of general's workers",
      "how Pulumi reaches Google Cloud",
    ],
  },
];

/** Who gets to the gateway, and who is told of what. */
export const access: Subject = { title: "Access, network and alerts", edits };
