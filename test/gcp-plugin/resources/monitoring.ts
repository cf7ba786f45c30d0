import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { declare } from "../cloud-type.ts";
import { valuesAt } from "../property-paths.ts";
import type { TestCloud } from "../test-cloud.ts";
import { deletionPolicy, duration, flag, labels, matching, names, project, text } from "./fields.ts";

const api = "monitoring.googleapis.com";

export const dashboard = declare({
  api,
  inputs: z.strictObject({
    dashboardJson: z.string().refine(isDashboard, "it must be JSON with a displayName and one layout"),
    deletionPolicy,
    project,
  }),
  immutable: ["project"],
  computed: [],
  id: "projects/{project}/dashboards/{random}",
  outputs: () => ({}),
});

function isDashboard(json: string): boolean {
  try {
    const dashboard = JSON.parse(json) as object;
    const layouts = ["gridLayout", "mosaicLayout", "rowLayout", "columnLayout"].filter((layout) => layout in dashboard);
    return "displayName" in dashboard && layouts.length === 1;
  } catch {
    return false;
  }
}

export const notificationChannel = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    description: text,
    displayName: z.string().max(512).optional(),
    enabled: flag,
    forceDelete: flag,
    labels: z.record(z.string(), z.string()).optional(),
    project,
    type: z.enum(["email", "pubsub", "slack", "pagerduty", "sms", "webhook_tokenauth"]),
    userLabels: labels,
  }),
  defaults: { enabled: true, forceDelete: false },
  immutable: ["project"],
  computed: ["name", "verificationStatus"],
  id: "projects/{project}/notificationChannels/{random}",
  problems: ({ type, labels: own = {} }) =>
    type === "email" && !/^[^@\s]+@[^@\s]+$/.test(own["email_address"] ?? "")
      ? [{ property: "labels.email_address", reason: "it must be an e-mail address" }]
      : [],
  outputs: (_, { id }) => ({ name: id, verificationStatus: "" }),
  inUse: ({ id, properties }, user) =>
    properties["forceDelete"] === true
      ? new Error(`${id} is used by ${user.id}`)
      : new GoogleError(
          400,
          `Cannot delete notification channel '${id}': it is used by '${user.id}'.`,
          "failedPrecondition",
        ),
});

const aggregations = z
  .array(
    z.strictObject({
      alignmentPeriod: duration.optional(),
      crossSeriesReducer: matching(/^REDUCE_[A-Z0-9_]+$/, "it must be a reducer").optional(),
      groupByFields: names,
      perSeriesAligner: matching(/^ALIGN_[A-Z0-9_]+$/, "it must be an aligner").optional(),
    }),
  )
  .optional();
const trigger = z.strictObject({ count: z.int().optional(), percent: z.number().optional() }).optional();

/** Whole minutes, as conditions want their times. */
const minutes = matching(/^[0-9]+s$/, "it must be seconds").refine(
  (value) => Number.parseInt(value, 10) % 60 === 0,
  "it must be whole minutes",
);

const condition = z.strictObject({
  conditionAbsent: z.strictObject({ aggregations, duration: minutes, filter: text, trigger }).optional(),
  conditionMatchedLog: z
    .strictObject({ filter: z.string(), labelExtractors: z.record(z.string(), z.string()).optional() })
    .optional(),
  conditionPrometheusQueryLanguage: z
    .strictObject({
      alertRule: text,
      disableMetricValidation: flag,
      duration: duration.optional(),
      evaluationInterval: duration.optional(),
      labels: z.record(z.string(), z.string()).optional(),
      query: z.string().min(1),
      ruleGroup: text,
    })
    .optional(),
  conditionThreshold: z
    .strictObject({
      aggregations,
      comparison: z.enum(["COMPARISON_GT", "COMPARISON_LT"]),
      denominatorAggregations: aggregations,
      denominatorFilter: text,
      duration: minutes,
      evaluationMissingData: matching(
        /^EVALUATION_MISSING_DATA_[A-Z_]+$/,
        "it must be a rule for missing data",
      ).optional(),
      filter: text,
      thresholdValue: z.number().optional(),
      trigger,
    })
    .optional(),
  displayName: z.string().min(1),
});

export const alertPolicy = declare({
  api,
  inputs: z.strictObject({
    alertStrategy: z
      .strictObject({
        autoClose: duration.optional(),
        notificationPrompts: z.array(z.enum(["OPENED", "CLOSED"])).optional(),
        notificationRateLimit: z.strictObject({ period: duration.optional() }).optional(),
      })
      .optional(),
    combiner: z.enum(["AND", "OR", "AND_WITH_MATCHING_RESOURCE"]),
    // https://cloud.google.com/monitoring/quotas#alerting-limits
    conditions: z.array(condition).min(1).max(6),
    deletionPolicy,
    displayName: z.string().min(1).max(512),
    documentation: z
      .strictObject({
        content: z.string().max(8192).optional(),
        links: z
          .array(z.strictObject({ displayName: text, url: text }))
          .max(3)
          .optional(),
        mimeType: z.enum(["text/markdown"]).optional(),
        subject: z.string().max(255).optional(),
      })
      .optional(),
    enabled: flag,
    notificationChannels: names,
    project,
    severity: z.enum(["CRITICAL", "ERROR", "WARNING"]).optional(),
    userLabels: labels,
  }),
  defaults: { "documentation.mimeType": "text/markdown", enabled: true },
  immutable: ["project"],
  computed: ["creationRecords", "name"],
  uses: { notificationChannels: "monitoring/NotificationChannel" },
  id: "projects/{project}/alertPolicies/{random}",
  problems({ conditions, alertStrategy }) {
    const kinds = conditions.map((one) => Object.keys(one).filter((key) => key !== "displayName"));
    const hasLog = conditions.some(({ conditionMatchedLog }) => conditionMatchedLog);
    const hasLimit = alertStrategy?.notificationRateLimit !== undefined;
    const rules: [boolean, string, string][] = [
      [kinds.some((kind) => kind.length !== 1), "conditions", "each condition has exactly one kind"],
      [hasLog && conditions.length > 1, "conditions", "a condition on log entries stands alone"],
      [
        hasLog !== hasLimit,
        "alertStrategy.notificationRateLimit",
        "a condition on log entries, and no other, has a limit",
      ],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs(inputs, { cloud, id, before }) {
    requireMetrics(inputs, cloud);
    return {
      creationRecords: before?.properties["creationRecords"] ?? [
        { mutateTime: new Date().toISOString(), mutatedBy: "test" },
      ],
      name: id,
      conditions: inputs.conditions.map((_, index) => ({ name: `${id}/conditions/${index}` })),
    };
  },
});

/** The API knows no metric of logs before it is there. @throws GoogleError */
function requireMetrics(policy: object, cloud: TestCloud): void {
  const filters = valuesAt(policy, "conditions.conditionThreshold.filter").join("\n");
  for (const [, name = ""] of filters.matchAll(/logging\.googleapis\.com\/user\/([\w./-]+)/g)) {
    if (cloud.read("logging/Metric", name)) continue;
    throw new GoogleError(
      404,
      `Cannot find metric(s) that match type = "logging.googleapis.com/user/${name}". If a metric was created recently, it could take up to 10 minutes to become available.`,
      "notFound",
    );
  }
}

export const uptimeCheckConfig = declare({
  api,
  inputs: z.strictObject({
    checkerType: z.enum(["STATIC_IP_CHECKERS", "VPC_CHECKERS"]).optional(),
    deletionPolicy,
    displayName: z.string(),
    httpCheck: z
      .strictObject({
        path: text,
        port: z.int().min(1).max(65_535).optional(),
        requestMethod: z.enum(["METHOD_UNSPECIFIED", "GET", "POST"]).optional(),
        useSsl: flag,
        validateSsl: flag,
      })
      .optional(),
    monitoredResource: z
      .strictObject({
        labels: z.record(z.string(), z.string()),
        type: z.enum(["servicedirectory_service", "uptime_url"]),
      })
      .optional(),
    period: z.enum(["60s", "300s", "600s", "900s"]).optional(),
    project,
    selectedRegions: names,
    timeout: duration.refine(
      (value) => Number.parseFloat(value) >= 1 && Number.parseFloat(value) <= 60,
      "it must be 1s to 60s",
    ),
    userLabels: labels,
  }),
  defaults: { "httpCheck.path": "/", "httpCheck.requestMethod": "GET", period: "300s" },
  immutable: ["checkerType", "httpCheck.requestMethod", "monitoredResource", "project"],
  computed: ["name", "uptimeCheckId"],
  optional: ["checkerType", "httpCheck.port"],
  id: "projects/{project}/uptimeCheckConfigs/{random}",
  outputs({ monitoredResource, checkerType }, { cloud, id }) {
    const { type, labels: of = {} } = monitoredResource ?? {};
    if (type === "servicedirectory_service") {
      const service = `projects/${of["project_id"] ?? ""}/locations/${of["location"] ?? ""}/namespaces/${of["namespace_name"] ?? ""}/services/${of["service_name"] ?? ""}`;
      if (!cloud.read("servicedirectory/Service", service)) {
        throw new GoogleError(400, `There is no service ${service}.`, "invalid");
      }
      if (checkerType !== "VPC_CHECKERS") {
        throw new GoogleError(400, "A Service Directory service needs VPC_CHECKERS.", "invalid");
      }
    }
    return { name: id, uptimeCheckId: id.split("/").at(-1) };
  },
});
