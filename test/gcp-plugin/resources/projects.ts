import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { declare } from "../cloud-type.ts";
import { isEnabled } from "../references.ts";
import { deletionPolicy, flag, matching, project } from "./fields.ts";
import { iamMember } from "./iam.ts";

const RESOURCE_MANAGER = "cloudresourcemanager.googleapis.com";

const serviceName = matching(/^[a-z0-9-]+\.googleapis\.com$/, "it must be an API, such as compute.googleapis.com");

/** An API that is enabled. */
export const service = declare({
  api: "serviceusage.googleapis.com",
  inputs: z.strictObject({
    checkIfServiceHasUsageOnDestroy: flag,
    disableDependentServices: flag,
    disableOnDestroy: flag,
    deletionPolicy,
    project,
    service: serviceName,
  }),
  immutable: ["project", "service"],
  computed: [],
  idempotent: true,
  id: "{project}/{service}",
  // `resourceGoogleProjectServiceDelete` of the provider.
  abandons: ({ disableOnDestroy }) => disableOnDestroy !== true,
  outputs({ service: api }, { cloud }) {
    // The provider reads the project first.
    if (api !== RESOURCE_MANAGER && !isEnabled(RESOURCE_MANAGER, cloud)) {
      throw new GoogleError(
        403,
        `${RESOURCE_MANAGER} has not been used in project ${cloud.settings.projectNumber} before or it is disabled.`,
        "accessNotConfigured",
      );
    }
    return {};
  },
});

/** An API whose agent isn't told: https://github.com/hashicorp/terraform-provider-google/issues/18649. It could be any. */
const UNTOLD = "container.googleapis.com";

/** Where the agents of some services are (https://cloud.google.com/iam/docs/service-agents). */
const AGENTS: Record<string, string> = {
  "certificatemanager.googleapis.com": "gcp-sa-certificatemanager",
  "compute.googleapis.com": "compute-system",
  "container.googleapis.com": "container-engine-robot",
  "memorystore.googleapis.com": "gcp-sa-memorystore",
  "monitoring.googleapis.com": "gcp-sa-monitoring-notification",
  "networkconnectivity.googleapis.com": "gcp-sa-networkconnectivity",
  "privateca.googleapis.com": "gcp-sa-privateca",
  "pubsub.googleapis.com": "gcp-sa-pubsub",
  "secretmanager.googleapis.com": "gcp-sa-secretmanager",
  "servicedirectory.googleapis.com": "gcp-sa-servicedirectory",
  "sqladmin.googleapis.com": "gcp-sa-cloud-sql",
};

/** The identity of a service in the project, made if it is not there. */
export const serviceIdentity = declare({
  api: "serviceusage.googleapis.com",
  inputs: z.strictObject({ project, service: serviceName }),
  immutable: ["project", "service"],
  computed: ["email", "member"],
  idempotent: true,
  id: "projects/{project}/services/{service}",
  // Nothing deletes an agent.
  abandons: () => true,
  outputs({ service: api }, { cloud }) {
    const agent = AGENTS[api];
    if (agent === undefined) throw new GoogleError(400, `the stand-in knows no agent of ${api}`, "badRequest");
    if (!isEnabled(api, cloud)) throw new GoogleError(403, `${api} is disabled.`, "SERVICE_DISABLED");
    if (api === UNTOLD) return {};
    const email = `service-${cloud.settings.projectNumber}@${agent}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
});

export const projectIamMember = iamMember(RESOURCE_MANAGER);

export const account = declare({
  api: "iam.googleapis.com",
  inputs: z.strictObject({
    accountId: matching(
      /^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/,
      "it must have 6 to 30 lower-case letters, digits and hyphens, and begin with a letter",
    ),
    createIgnoreAlreadyExists: flag,
    deletionPolicy,
    description: z.string().max(256).optional(),
    disabled: flag,
    displayName: z.string().max(100).optional(),
    project,
  }),
  defaults: { disabled: false },
  immutable: ["accountId", "project"],
  computed: ["email", "member", "name", "uniqueId"],
  id: "projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com",
  outputs({ accountId }, { cloud, id, before }) {
    const email = `${accountId}@${cloud.settings.project}.iam.gserviceaccount.com`;
    const uniqueId = before?.properties["uniqueId"] ?? `1${String(Date.now()).padStart(20, "0")}`;
    return { email, member: `serviceAccount:${email}`, name: id, uniqueId };
  },
});

export const accountIamMember = iamMember("iam.googleapis.com", ["serviceAccountId", "serviceaccount/Account"]);
