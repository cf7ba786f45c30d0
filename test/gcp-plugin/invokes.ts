import type { Values } from "../../toolchain/plugins/properties.ts";
import { postgresAuthorities } from "./certificate-authority.ts";
import type { ProviderConfig } from "./cloud-type.ts";
import { requireApi } from "./references.ts";
import type { TestCloud } from "./test-cloud.ts";

/** Answers a function of the provider. @throws Error for one that this plugin does not have. */
export function invoke(token: string, args: Values, cloud: TestCloud, config: ProviderConfig): Values {
  const answer = FUNCTIONS[token];
  if (answer) return answer(args, cloud, config);
  throw new Error(`the tests' stand-in for Google Cloud has no ${token}; it has ${Object.keys(FUNCTIONS).join(", ")}`);
}

const FUNCTIONS: Record<string, (args: Values, cloud: TestCloud, config: ProviderConfig) => Values> = {
  "gcp:organizations/getProject:getProject": ({ projectId }, cloud, config) => {
    requireApi({ api: "cloudresourcemanager.googleapis.com" }, cloud);
    const { project, projectNumber } = cloud.settings;
    const wanted = text(projectId) ?? config.project;
    if (wanted !== project) throw new Error(`project ${wanted ?? ""} not found: the test's cloud has ${project}`);
    return { id: `projects/${project}`, projectId: project, name: project, number: projectNumber, labels: {} };
  },
  "gcp:compute/getSubnetwork:getSubnetwork": (args, cloud, config) => {
    requireApi({ api: "compute.googleapis.com" }, cloud);
    const [project = config.project ?? "", region = config.region ?? ""] = [
      text(args["project"]),
      text(args["region"]),
    ];
    const path =
      text(args["selfLink"]) ?? `projects/${project}/regions/${region}/subnetworks/${text(args["name"]) ?? ""}`;
    const found = cloud.read("compute/Subnetwork", path);
    if (!found) throw new Error(`Subnetwork ${path} not found: the test's cloud lacks it`);
    return { secondaryIpRanges: [], ...found.properties, id: found.id };
  },
  "gcp:sql/getCaCerts:getCaCerts": ({ instance, project: asked }, cloud, config) => {
    requireApi({ api: "sqladmin.googleapis.com" }, cloud);
    const [name = "", project = config.project ?? ""] = [text(instance), text(asked)];
    if (!cloud.read("sql/DatabaseInstance", name)) {
      throw new Error(
        `Error, failed to list CA certs: googleapi: Error 404: The Cloud SQL instance ${name} does not exist`,
      );
    }
    const certs = postgresAuthorities(cloud);
    const activeVersion = certs[0]?.["sha1Fingerprint"] ?? "";
    return { id: `projects/${project}/instances/${name}`, instance: name, project, activeVersion, certs };
  },
  "gcp:organizations/getClientConfig:getClientConfig": (_, __, { project = "", region = "" }) => ({
    id: `projects/${project}/regions/${region}/zones/`,
    project,
    region,
    zone: "",
    accessToken: "token-of-the-stand-in",
    defaultLabels: {},
  }),
};

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
