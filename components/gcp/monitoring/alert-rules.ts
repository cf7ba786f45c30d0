// A word of the alerts' texts, which another one would change in every stack. cspell:ignore anew
import type { types } from "@pulumi/gcp";

import { queries, type Queries, type Subjects } from "./queries.ts";

type Condition = types.input.monitoring.AlertPolicyCondition;

/** What alerts are about: besides the metrics' subjects, what only some stacks have. */
export interface AlertSubjects extends Subjects {
  project: string;
  /** Names of the load balancer's certificates in Certificate Manager. */
  certificates?: string[];
  /** Id of the uptime check. */
  uptimeCheck?: string | undefined;
}

export interface AlertRule {
  /** The end of its resource's name. */
  key: string;
  title: string;
  severity: "WARNING" | "ERROR" | "CRITICAL";
  /** A single condition, as one on logs has to be: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies. */
  condition: (subjects: AlertSubjects) => Condition;
  /** What to do, in Markdown; goes out with the alert. */
  runbook: string;
  /** Whether each log entry would be an alert of its own. */
  fromLog?: boolean;
}

/** Shares of what there is, from which on somebody should know. */
const NEARLY_ALL = { budget: 0.8, connections: 0.8, disk: 0.85 };

/** Share of requests that fail, and how many of them it takes, until somebody should know. */
const FAILING = { share: 0.05, requests: 10 };

/** Bytes in what Cloud SQL calls a GB. */
const GB = 2 ** 30;

/** Every alert of a stack. */
export function alertRules(has: { certificate: boolean; uptimeCheck: boolean }): AlertRule[] {
  return [...ALWAYS, ...(has.certificate ? [certificate] : []), ...(has.uptimeCheck ? [unreachable] : [])];
}

/** LiteLLM's processes show what they know of a key for as long as they live. */
const OF_DELETED_KEYS =
  "The alert of a key that was deleted ends when LiteLLM's pods have started anew: `kubectl rollout restart deployment litellm` in the stack's namespace.";

const ALWAYS: AlertRule[] = [
  {
    key: "budget-warning",
    title: "A key has used 80 % of its budget",
    severity: "WARNING",
    condition: metric("Budget used", 0, ({ budgetUsed }) => `${budgetUsed} >= ${NEARLY_ALL.budget}`),
    runbook: `The label \`api_key_alias\` says which key. 80 % of LiteLLM's budget is the budget in the settings: Sagewai's agents slow down or stop there, all others go on until 100 %.

1. The chart "Spend per key and day" of the dashboard shows whether this is a steady use or something that went wrong.
2. If it is right, raise the project's or pool's \`budget\` and run \`pulumi up\`; LiteLLM takes it over within a minute.
3. If it is wrong, lower \`rpmLimit\` or \`tpmLimit\`, or replace the key by raising its \`generation\`.
4. ${OF_DELETED_KEYS}`,
  },
  {
    key: "budget-used",
    title: "A key has used up its budget",
    severity: "ERROR",
    condition: metric("Budget used", 0, ({ budgetUsed }) => `${budgetUsed} >= 1`),
    runbook: `LiteLLM answers 429 to the key that the label \`api_key_alias\` names, until its \`budgetDuration\` is over.

1. To let it go on, raise the project's or pool's \`budget\` and run \`pulumi up\`; LiteLLM takes it over within a minute.
2. Otherwise nothing has to be done: the budget starts anew by itself.
3. ${OF_DELETED_KEYS}`,
  },
  {
    key: "error-rate",
    title: "More than 5 % of requests fail",
    severity: "ERROR",
    condition: metric(
      "Requests that fail",
      300,
      ({ failedShare, failedCount }) => `${failedShare} > ${FAILING.share} and ${failedCount} >= ${FAILING.requests}`,
    ),
    runbook: `These are answers with a status from 500 on, not refusals because of a budget, a limit or a wrong key.

1. The chart "Failures by class" of the dashboard shows what it is, the chart "State of model deployments" whether a provider is out.
2. If one provider is out, add another deployment of the same model name under \`models\` and run \`pulumi up\`.
3. If all fail, read the logs of the pods \`litellm\`, and look for alerts about PostgreSQL.`,
  },
  {
    key: "no-replica",
    title: "No replica of LiteLLM is ready",
    severity: "CRITICAL",
    condition: metric(
      "No replica is ready",
      300,
      // Nobody says how many are ready where there is nothing that runs.
      ({ readyReplicas, measuredReplicas }) => `${readyReplicas} < 1 or absent(${measuredReplicas})`,
    ),
    runbook: `Nobody gets an answer.

1. \`kubectl get pods\` and \`kubectl describe pod\` in the stack's namespace say whether pods can't be placed, can't start, or aren't ready.
2. Pods that start and aren't ready can't reach PostgreSQL: look at the instance in Cloud SQL, and for alerts about it.
3. If the last \`pulumi up\` brought this about, go back to the former commit and run \`pulumi up\`.`,
  },
  {
    key: "migration-failed",
    title: "The migration of LiteLLM's database failed",
    severity: "ERROR",
    condition: metric("Migrations that failed", 0, ({ failedMigrations }) => `${failedMigrations} > 0`),
    runbook: `The former release goes on, and the update waits for the migration.

1. Read the logs of the pods \`litellm-migration\`.
2. If PostgreSQL couldn't be reached or was too slow, run \`pulumi up\` again.
3. Otherwise set \`litellm.version\` back, run \`pulumi up\`, and report the failure to LiteLLM.`,
  },
  {
    key: "postgres-connections",
    title: "PostgreSQL is nearly out of connections",
    severity: "WARNING",
    condition: (subjects) => {
      const most = Math.floor(subjects.maxConnections * NEARLY_ALL.connections);
      return metric("Connections", 300, ({ connections }) => `${connections} > ${most}`)(subjects);
    },
    runbook: `Without a connection, LiteLLM can't check keys it hasn't in memory, and isn't ready.

1. Query Insights of the instance shows who holds connections, and whether slow queries keep them.
2. Lower \`litellm.databaseConnections\` or the largest number of replicas, or take a larger \`gcp.postgres.tier\`, and run \`npm run pulumi -- up --refresh\`: Cloud SQL refuses an update that doesn't know how large its disk is by now.`,
  },
  {
    key: "postgres-disk",
    title: "PostgreSQL's disk is nearly as large as it may become",
    severity: "WARNING",
    // How full it is says nothing: it grows by itself whenever little is left.
    condition: (subjects) => {
      const most = Math.floor(NEARLY_ALL.disk * subjects.diskLimit * GB);
      return metric("Disk used", 600, ({ diskUsed }) => `${diskUsed} > ${most}`)(subjects);
    },
    runbook: `The disk grows by itself, to ten times \`gcp.postgres.diskSize\` at most. It is nearly that large, and once it is full, PostgreSQL stops.

1. Most of what fills it are entries of LiteLLM's spend log: lower \`litellm.spendLogDays\` and run \`npm run pulumi -- up --refresh\`. What is deleted makes room for new entries, and doesn't make the disk smaller.
2. Raise \`gcp.postgres.diskSize\` and run \`npm run pulumi -- up --refresh\`: it may then grow further, without an interruption, and can't shrink again.`,
  },
];

const certificate: AlertRule = {
  key: "certificate",
  title: "The clients' certificate is about to end",
  severity: "ERROR",
  fromLog: true,
  condition: ({ project, certificates = [] }) => ({
    displayName: "Certificate Manager warns of its end",
    conditionMatchedLog: {
      filter: `logName="projects/${project}/logs/certificatemanager.googleapis.com%2Fcertificates_expiry"
jsonPayload.state=("CLOSE_TO_EXPIRY" OR "EXPIRED")
jsonPayload.certificates:${oneOf(certificates)}`,
    },
  }),
  runbook: `Once it has ended, clients refuse to talk to the gateway.

1. For a certificate of yours, put the new one into \`gcp.access.certificate\` and run \`pulumi up\`.
2. One of the stack's own authority is renewed by itself twelve days before its end: look at the certificate in Certificate Manager, which says why it wasn't.`,
};

/** Texts of which one must be there: https://cloud.google.com/logging/docs/view/logging-query-language. */
function oneOf(texts: string[]): string {
  const quoted = texts.map((text) => `"${text}"`).join(" OR ");
  return texts.length > 1 ? `(${quoted})` : quoted;
}

const unreachable: AlertRule = {
  key: "unreachable",
  title: "The gateway can't be reached inside the network",
  severity: "CRITICAL",
  condition: ({ uptimeCheck = "" }) => ({
    displayName: "The uptime check fails",
    conditionThreshold: {
      filter: [
        'resource.type = "servicedirectory_service"',
        'metric.type = "monitoring.googleapis.com/uptime_check/check_passed"',
        `metric.labels.check_id = "${uptimeCheck}"`,
      ].join(" AND "),
      aggregations: [
        { alignmentPeriod: "300s", perSeriesAligner: "ALIGN_FRACTION_TRUE", crossSeriesReducer: "REDUCE_MEAN" },
      ],
      comparison: "COMPARISON_LT",
      thresholdValue: 0.5,
      duration: "60s",
    },
  }),
  runbook: `Google's checkers got no good answer from \`/health/readiness\` for five minutes.

1. If the alert that no replica is ready has come too, begin there.
2. Otherwise the way there is broken: look at the firewall's log, at the Service \`litellm-uptime\`, and at the NetworkPolicy \`litellm\`.`,
};

/** A condition that holds for `seconds` on end. */
function metric(displayName: string, seconds: number, query: (queries: Queries) => string): AlertRule["condition"] {
  return (subjects) => ({
    displayName,
    conditionPrometheusQueryLanguage: {
      query: query(queries(subjects)),
      duration: `${seconds}s`,
      evaluationInterval: "60s",
      // In a new project there is no metric yet.
      disableMetricValidation: true,
    },
  });
}
