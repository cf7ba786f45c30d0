/** Resources that one word stands for. */
interface Kind {
  /** Type and name, the latter without what all names of a stack in Google Cloud begin with. */
  pattern: RegExp;
  /** `$1` is what the pattern has found, `$property` each property that an update changes. */
  words: string;
}

/** The objects of a cluster that a service's secrets are in, or come from. */
const SECRETS = "(?:kubernetes:(?:Secret|SecretSync|SecretProviderClass)|gcp:Secret\\w*)";

/** What a project is called, among the properties of all projects' keys. */
const HOLDER = /^[a-z0-9-]+$/;

/** What else these have. */
const ADDRESSES = "where Pulumi reaches LiteLLM and Sagewai";

/** What a stack stands on comes first, as it does on the page. The first that fits counts. */
const KINDS: Kind[] = [
  { pattern: /^(local:Postgres|gcp:DatabaseInstance|gcp:User) postgres$/, words: "PostgreSQL" },
  { pattern: /^gcp:Cluster cluster$/, words: "the cluster" },
  { pattern: /^gcp:Subnetwork nodes$/, words: "the network" },
  { pattern: /^postgresql:/, words: "databases and roles" },
  { pattern: /^kubernetes:(Namespace namespace|NetworkPolicy default-deny)$/, words: "the namespace" },
  { pattern: /^kubernetes:PersistentVolumeClaim sagewai-admin$/, words: "the Sagewai admin's volume" },
  { pattern: /^gcp:Instance valkey$/, words: "Valkey" },
  { pattern: /^gcp:ServiceConnectionPolicy valkey$/, words: "the way to Valkey" },
  { pattern: /^gcp:(Authority|CaPool) /, words: "the certificates' authority" },
  { pattern: /^gcp:(CryptoKey\w*|KeyRing) /, words: "the cluster's encryption key" },

  { pattern: /^litellm:VirtualKeys projects$/, words: "the key of $property" },
  { pattern: /^sagewai:Projects sagewai-projects$/, words: "$property in Sagewai" },
  { pattern: /^litellm:Team team-(.+)$/, words: "the team $1" },
  {
    pattern: /^gcp:SecretIamMember key-(.+?)-(?:group|user|serviceAccount|domain):/,
    words: "who may read the key of $1",
  },
  { pattern: /^gcp:Secret(?:Version)? key-(.+)$/, words: "the key of $1 in Secret Manager" },
  { pattern: /^(?:litellm|llm-gateway):VirtualKeys sagewai-admin$/, words: "the Sagewai admin's own key" },
  { pattern: /^(?:litellm|llm-gateway):VirtualKeys pool-(.+)$/, words: "the key of the pool $1" },
  { pattern: /^random:RandomPassword pool-(.+)-key-salt$/, words: "the key of the pool $1" },
  { pattern: /^sagewai:EnrollmentKey enrollment-key-(.+)$/, words: "the enrollment key of the pool $1" },
  { pattern: /^random:RandomPassword sagewai-admin-enrollment-key-(.+)$/, words: "the enrollment key of the pool $1" },

  {
    pattern:
      /^(local:Service|kubernetes:(Deployment|HorizontalPodAutoscaler|Service|ServiceAccount|PodMonitoring)) litellm(-metrics)?$/,
    words: "LiteLLM",
  },
  { pattern: /^kubernetes:ConfigMap litellm$/, words: "LiteLLM's configuration" },
  { pattern: /^\S+ litellm-migration/, words: "LiteLLM's migration" },
  { pattern: /^kubernetes:NetworkPolicy litellm$/, words: "LiteLLM's network policy" },
  { pattern: new RegExp(`^${SECRETS} litellm(-(?!migration)|$)`), words: "LiteLLM's secrets" },
  { pattern: new RegExp(`^${SECRETS} sagewai-admin`), words: "the Sagewai admin's secrets" },
  { pattern: /^(local:Service|kubernetes:\w+) sagewai-admin$/, words: "the Sagewai admin" },
  { pattern: /^gcp:Secret\w* worker-(.+?)-(?:enrollment-key|task-env)/, words: "the secrets of $1's workers" },
  { pattern: /^(?:local:Service|kubernetes:\w+|llm-gateway:\w+) worker-(.+?)(?:-\d+)?$/, words: "the workers of $1" },

  {
    pattern: /^(\S+ litellm-admins?(-.*)?|gcp:\w+ admins|\S+ litellm-clients-admin)$/,
    words: "the way in for administrators",
  },
  { pattern: /^gcp:RegionSecurityPolicy clients$/, words: "who gets to the load balancer" },
  { pattern: /^kubernetes:Gateway /, words: "the load balancer" },
  { pattern: /^gcp:Certificate clients$/, words: "the load balancer's certificate" },
  { pattern: /^gcp:(ManagedZone|RecordSet) clients$/, words: "the gateway's DNS name" },
  { pattern: /^gcp:Firewall /, words: "the firewall" },
  { pattern: /^gcp:(Address egress-\d+|Router router|RouterNat nat)$/, words: "egress addresses" },
  { pattern: /^gcp:Address /, words: "addresses in the network" },
  { pattern: /^gcp:ForwardingRule postgres$/, words: "the way to PostgreSQL" },
  { pattern: /^gcp:(AlertPolicy|Metric) /, words: "alerts" },
  { pattern: /^gcp:NotificationChannel /, words: "who is notified" },
  { pattern: /^gcp:Dashboard /, words: "the dashboard" },
  { pattern: /^\S+ (secret-rotation|secrets-rotation)$/, words: "the topic of reminders" },
  { pattern: /^gcp:(Service pubsub\.|ApiPropagation )/, words: "the APIs of Google Cloud" },
  { pattern: /^gcp:Subnetwork proxies$/, words: "the range of the load balancer" },
  { pattern: /^kubernetes:\w+ postgres-relay$/, words: "the relay to PostgreSQL" },
  { pattern: /^gcp:Namespace $/, words: "Service Directory" },
  { pattern: /^gateway:Foundations foundations$/, words: "the note of what the stack stands on" },
  { pattern: /^pulumi:postgresql postgres$/, words: "how Pulumi reaches PostgreSQL" },
  { pattern: /^pulumi:kubernetes kubernetes$/, words: "how Pulumi reaches the cluster" },
  { pattern: /^pulumi:gcp gcp$/, words: "how Pulumi reaches Google Cloud" },
];

/**
 * What a step of a preview is done to, in words; where there are none, by type and name.
 *
 * @param step `update litellm:VirtualKeys projects: research-team.maxBudget`.
 */
export function inWords(step: string): string[] {
  const [, type = "", name = "", properties = ""] = /^\w+ (\S+) (.*?)(?:: (.*))?$/.exec(step) ?? [];
  const resource = `${type} ${name.replace(/^llm-gateway-(prod|dev)-?/, "")}`;
  for (const { pattern, words } of KINDS) {
    const found = pattern.exec(resource);
    if (found === null) continue;
    const filled = words.replaceAll(/\$(\d)/g, (_all, index) => found[Number(index)] ?? "");
    if (!filled.includes("$property")) return [filled];
    const names = properties.split(", ").map((property) => property.split(".")[0] ?? "");
    return [...new Set(names.map((one) => (HOLDER.test(one) ? filled.replace("$property", one) : ADDRESSES)))];
  }
  return [resource];
}

/** The same words, those first that matter most. */
export function byWeight(words: string[]): string[] {
  const place = (one: string) => {
    const index = KINDS.findIndex((kind) => kind.words === one);
    return index < 0 ? KINDS.length : index;
  };
  return words.toSorted((one, other) => place(one) - place(other));
}
