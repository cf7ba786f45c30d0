import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import type { CloudType } from "../cloud-type.ts";
import { declare } from "../cloud-type.ts";
import { isEnabled } from "../references.ts";
import type { TestCloud } from "../test-cloud.ts";
import { matching, project } from "./fields.ts";

const KINDS = "user|group|domain|serviceAccount|principal|principalSet|projectOwner|projectEditor|projectViewer";

const common = {
  role: matching(
    /^(roles\/|projects\/[^/]+\/roles\/|organizations\/[0-9]+\/roles\/)[\w.]+$/,
    "it must be a role, such as roles/viewer",
  ),
  member: matching(
    new RegExp(`^(allUsers|allAuthenticatedUsers|(${KINDS}):.+)$`),
    "it must be an IAM member, such as group:team@example.com",
  ),
  condition: z
    .strictObject({ title: z.string(), expression: z.string(), description: z.string().optional() })
    .optional(),
};

/** Agents that come with an API itself; others once something asks for them (`projects/ServiceIdentity`). */
const AT_ONCE: Record<string, string> = {
  "container-engine-robot": "container.googleapis.com",
  "compute-system": "compute.googleapis.com",
};

/**
 * A grant on one kind of object.
 *
 * @param api The API that keeps the grant.
 * @param on The property that names the object, and its type. Default: the project.
 * @param more Further properties that name the object.
 */
export function iamMember(
  api: string,
  on?: [property: string, type: string],
  more: Record<string, z.ZodType> = {},
): CloudType {
  const target = on ? { [on[0]]: z.string() } : {};
  return declare({
    api,
    inputs: z.strictObject({ ...common, ...target, ...more, project }),
    immutable: ["role", "member", "condition", "project", ...Object.keys({ ...target, ...more })],
    computed: ["etag"],
    idempotent: true,
    ...(on && { uses: { [on[0]]: on[1] }, partOf: on[0] }),
    id: `{${on ? on[0] : "project"}}/{role}/{member}`,
    outputs({ member }, { cloud }) {
      refuseUnknown(member, cloud);
      return { etag: "BwXstandin=" };
    },
  });
}

/** Whether a member has a role on an object. */
export function isGranted(cloud: TestCloud, type: string, on: string, role: string, member: string): boolean {
  return cloud
    .list(type)
    .some(({ id, properties }) => properties["role"] === role && properties["member"] === member && id.startsWith(on));
}

/** Refuses a member that does not exist, as far as that can be known here. */
function refuseUnknown(member: string, cloud: TestCloud): void {
  const pool = /^principal(?:Set)?:\/\/iam\.googleapis\.com\/projects\/(\d+)\/.*workloadIdentityPools\/([^/]+)/.exec(
    member,
  );
  if (pool && !hasPool(pool[1] ?? "", pool[2] ?? "", cloud)) {
    throw new GoogleError(
      400,
      `Identity Pool does not exist (${pool[2] ?? ""}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
      "badRequest",
    );
  }
  const email = /^serviceAccount:(.+)$/.exec(member)?.[1];
  if (email !== undefined && !hasAccount(email, cloud)) {
    throw new GoogleError(400, `Service account ${email} does not exist.`, "badRequest");
  }
}

/** A project's pool comes with its first cluster. */
function hasPool(number: string, pool: string, cloud: TestCloud): boolean {
  const { project: id, projectNumber } = cloud.settings;
  return number === projectNumber && pool === `${id}.svc.id.goog` && cloud.list("container/Cluster").length > 0;
}

function hasAccount(email: string, cloud: TestCloud): boolean {
  const [name = "", domain = ""] = email.split("@");
  if (domain === `${cloud.settings.project}.iam.gserviceaccount.com`) {
    return cloud.read("serviceaccount/Account", email) !== undefined;
  }
  const agent = domain.replace(".iam.gserviceaccount.com", "");
  const api = AT_ONCE[agent];
  if (api !== undefined && name === `service-${cloud.settings.projectNumber}`) return isEnabled(api, cloud);
  const isAgent = agent.startsWith("gcp-sa-") && domain.endsWith(".iam.gserviceaccount.com");
  // Accounts of other projects can't be known here.
  return !isAgent || cloud.list("projects/ServiceIdentity").some(({ properties }) => properties["email"] === email);
}
