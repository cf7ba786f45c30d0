import { z } from "zod";

import { declare } from "../cloud-type.ts";
import { deletionPolicy, duration, labels, matching, project, text } from "./fields.ts";
import { iamMember } from "./iam.ts";

const api = "pubsub.googleapis.com";

export const topic = declare({
  api,
  inputs: z.strictObject({
    deletionPolicy,
    kmsKeyName: text,
    labels,
    messageRetentionDuration: duration.optional(),
    messageStoragePolicy: z.strictObject({ allowedPersistenceRegions: z.array(z.string()) }).optional(),
    // https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names
    name: matching(
      /^(?!goog)[A-Za-z][-A-Za-z0-9._~+%]{2,254}$/,
      "it must have 3 to 255 characters, with a letter first, and not begin with goog",
    ),
    project,
  }),
  immutable: ["name", "project"],
  computed: [],
  optional: ["messageStoragePolicy"],
  autoName: 255,
  labels: "labels",
  uses: { kmsKeyName: "kms/CryptoKey" },
  id: "projects/{project}/topics/{name}",
  outputs: () => ({}),
});

export const topicIamMember = iamMember(api, ["topic", "pubsub/Topic"]);
