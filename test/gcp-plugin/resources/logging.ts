import { z } from "zod";

import { declare } from "../cloud-type.ts";
import { deletionPolicy, flag, matching, project, text } from "./fields.ts";

export const metric = declare({
  api: "logging.googleapis.com",
  inputs: z.strictObject({
    deletionPolicy,
    description: z.string().max(8000).optional(),
    disabled: flag,
    filter: z.string().min(1).max(20_000),
    labelExtractors: z.record(z.string(), z.string()).optional(),
    metricDescriptor: z
      .strictObject({
        displayName: text,
        labels: z
          .array(
            z.strictObject({
              description: text,
              key: z.string(),
              valueType: z.enum(["BOOL", "INT64", "STRING"]).optional(),
            }),
          )
          .optional(),
        metricKind: z.enum(["DELTA", "GAUGE", "CUMULATIVE"]),
        unit: text,
        valueType: z.enum(["BOOL", "INT64", "DOUBLE", "STRING", "DISTRIBUTION", "MONEY"]),
      })
      .optional(),
    name: matching(/^[A-Za-z0-9_.,+!*',()%/-]{1,100}$/, "it must have up to 100 letters, digits and _-.,+!*',()%/"),
    project,
    valueExtractor: text,
  }),
  defaults: { "metricDescriptor.unit": "1", "metricDescriptor.labels.valueType": "STRING" },
  // Nor the name: the provider makes another metric, and forgets the former one.
  immutable: ["project", "metricDescriptor.labels.key", "metricDescriptor.labels.valueType"],
  computed: [],
  optional: ["metricDescriptor"],
  sets: ["metricDescriptor.labels"],
  autoName: 255,
  id: "{name}",
  problems: ({ metricDescriptor, labelExtractors = {} }) =>
    Object.keys(labelExtractors).every((key) => metricDescriptor?.labels?.some((label) => label.key === key) === true)
      ? []
      : [{ property: "labelExtractors", reason: "each must be a label of the metricDescriptor" }],
  outputs: () => ({}),
});
