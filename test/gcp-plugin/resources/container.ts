import { createHash } from "node:crypto";

import { z } from "zod";

import { GoogleError } from "../api-error.ts";
import { caCertificate } from "../certificate-authority.ts";
import type { Request } from "../cloud-type.ts";
import { declare } from "../cloud-type.ts";
import { deletionPolicy, enabled, flag, labels, matching, names, project, text } from "./fields.ts";
import { requireUse } from "./kms.ts";

const rotating = z
  .strictObject({
    enabled: z.boolean(),
    rotationConfig: z.strictObject({ enabled: z.boolean(), rotationInterval: text }).optional(),
  })
  .optional();

const clusterInputs = z.strictObject({
  binaryAuthorization: z
    .strictObject({ evaluationMode: z.enum(["DISABLED", "PROJECT_SINGLETON_POLICY_ENFORCE"]).optional() })
    .optional(),
  clusterAutoscaling: z
    .strictObject({
      autoProvisioningDefaults: z
        .strictObject({ serviceAccount: text, oauthScopes: names, bootDiskKmsKey: text })
        .optional(),
    })
    .optional(),
  controlPlaneEndpointsConfig: z
    .strictObject({
      dnsEndpointConfig: z
        .strictObject({
          allowExternalTraffic: flag,
          enableK8sCertsViaDns: flag,
          enableK8sTokensViaDns: flag,
          // An output, whatever its place.
          endpoint: text,
        })
        .optional(),
      ipEndpointsConfig: z.strictObject({ enabled: flag }).optional(),
    })
    .optional(),
  costManagementConfig: enabled,
  databaseEncryption: z.strictObject({ keyName: text, state: z.enum(["ENCRYPTED", "DECRYPTED"]) }).optional(),
  deletionPolicy,
  deletionProtection: flag,
  description: text,
  enableAutopilot: z.literal(true, "the stand-in makes Autopilot clusters alone"),
  gatewayApiConfig: z
    .strictObject({ channel: z.enum(["CHANNEL_DISABLED", "CHANNEL_EXPERIMENTAL", "CHANNEL_STANDARD"]) })
    .optional(),
  ipAllocationPolicy: z.strictObject({ clusterSecondaryRangeName: text, servicesSecondaryRangeName: text }).optional(),
  location: z.string(),
  loggingConfig: z.strictObject({ enableComponents: z.array(z.string()) }).optional(),
  maintenancePolicy: z
    .strictObject({
      recurringWindow: z
        .strictObject({
          startTime: z.iso.datetime(),
          endTime: z.iso.datetime(),
          recurrence: matching(
            /^FREQ=(DAILY|WEEKLY;BYDAY=[A-Z]{2}(,[A-Z]{2})*)$/,
            "it must be a rule such as FREQ=WEEKLY;BYDAY=SA",
          ),
        })
        .optional(),
    })
    .optional(),
  minMasterVersion: text,
  monitoringConfig: z
    .strictObject({
      enableComponents: names,
      managedPrometheus: z
        .strictObject({
          enabled: z.boolean(),
          autoMonitoringConfig: z.strictObject({ scope: z.enum(["ALL", "NONE"]) }).optional(),
        })
        .optional(),
    })
    .optional(),
  // https://cloud.google.com/kubernetes-engine/quotas#limits_per_cluster: up to 40 characters.
  name: matching(
    /^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/,
    "it must have 1 to 40 lower-case letters, digits and hyphens, and begin with a letter",
  ),
  network: text,
  privateClusterConfig: z
    .strictObject({
      enablePrivateEndpoint: flag,
      enablePrivateNodes: flag,
      masterGlobalAccessConfig: enabled,
      masterIpv4CidrBlock: text,
      privateEndpointSubnetwork: text,
    })
    .optional(),
  project,
  releaseChannel: z.strictObject({ channel: z.enum(["RAPID", "REGULAR", "STABLE", "EXTENDED"]) }).optional(),
  resourceLabels: labels,
  secretManagerConfig: rotating,
  secretSyncConfig: rotating,
  securityPostureConfig: z.strictObject({ mode: text, vulnerabilityMode: text }).optional(),
  subnetwork: text,
});

/** An Autopilot cluster: https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters. */
export const cluster = declare({
  api: "container.googleapis.com",
  inputs: clusterInputs,
  defaults: { deletionProtection: true, network: "default" },
  immutable: [
    ...["enableAutopilot", "ipAllocationPolicy", "location", "name", "network", "project", "subnetwork", "description"],
    ...["privateClusterConfig.masterIpv4CidrBlock", "privateClusterConfig.privateEndpointSubnetwork"],
    "clusterAutoscaling.autoProvisioningDefaults.bootDiskKmsKey",
  ],
  computed: [
    "endpoint",
    "masterAuth",
    "masterVersion",
    "servicesIpv4Cidr",
    "workloadIdentityConfig",
    "labelFingerprint",
  ],
  optional: [
    ...["binaryAuthorization.evaluationMode", "clusterAutoscaling", "clusterAutoscaling.autoProvisioningDefaults"],
    ...["ipAllocationPolicy", "privateClusterConfig", "privateClusterConfig.masterGlobalAccessConfig", "subnetwork"],
    ...["secretManagerConfig.rotationConfig", "secretSyncConfig.rotationConfig"],
    ...["controlPlaneEndpointsConfig", "controlPlaneEndpointsConfig.dnsEndpointConfig"],
    "controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint",
    ...["controlPlaneEndpointsConfig.ipEndpointsConfig", "databaseEncryption", "gatewayApiConfig", "loggingConfig"],
    ...["monitoringConfig", "releaseChannel", "securityPostureConfig", "costManagementConfig"],
  ],
  autoName: 255,
  labels: "resourceLabels",
  uses: {
    network: "compute/Network",
    subnetwork: "compute/Subnetwork",
    "databaseEncryption.keyName": "kms/CryptoKey",
    "clusterAutoscaling.autoProvisioningDefaults.serviceAccount": "serviceaccount/Account",
  },
  id: "projects/{project}/locations/{location}/clusters/{name}",
  selfLink: "https://container.googleapis.com/v1/",
  protected:
    "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
  problems({ databaseEncryption, privateClusterConfig, controlPlaneEndpointsConfig: ends }) {
    const hasIp = ends?.ipEndpointsConfig?.enabled !== false;
    const rules: [boolean, string, string][] = [
      [
        (databaseEncryption?.state === "ENCRYPTED") !== (databaseEncryption?.keyName !== undefined),
        "databaseEncryption.keyName",
        "ENCRYPTED, and nothing else, has a key",
      ],
      [
        !hasIp && ends.dnsEndpointConfig?.allowExternalTraffic !== true,
        "controlPlaneEndpointsConfig",
        "nobody outside could reach a cluster without endpoints",
      ],
      // GKE answers so, which would show as a change for ever.
      [
        !hasIp && privateClusterConfig?.enablePrivateEndpoint === false,
        "privateClusterConfig.enablePrivateEndpoint",
        "it is true without IP endpoints",
      ],
    ];
    return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
  },
  outputs(inputs, { cloud, id, before }) {
    const { databaseEncryption, location } = inputs;
    if (databaseEncryption?.keyName !== undefined) {
      requireUse(cloud, databaseEncryption.keyName, "container-engine-robot");
    }
    const digest = createHash("sha256").update(id).digest("hex");
    const { project: of, projectNumber, clusterEndpoint } = cloud.settings;
    const endpoint = clusterEndpoint ?? `gke-${digest.slice(0, 32)}-${projectNumber}.${location}.gke.goog`;
    const master = before?.properties["masterVersion"] ?? "1.34.1-gke.1431000";
    return {
      controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint } },
      endpoint: inputs.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled === false ? "" : "203.0.113.250",
      labelFingerprint: digest.slice(0, 8),
      masterAuth: { clusterCaCertificate: Buffer.from(caCertificate(cloud)).toString("base64") },
      masterVersion: master,
      servicesIpv4Cidr: rangesOf(inputs, cloud).services,
      workloadIdentityConfig: { workloadPool: `${of}.svc.id.goog` },
    };
  },
});

/** The secondary ranges of the subnet that the cluster takes. @throws GoogleError when there is none of the name. */
function rangesOf({ subnetwork, ipAllocationPolicy: policy }: z.output<typeof clusterInputs>, cloud: Request["cloud"]) {
  const place = subnetwork === undefined ? undefined : cloud.read("compute/Subnetwork", subnetwork);
  const ranges = (place?.properties["secondaryIpRanges"] ?? []) as { rangeName: string; ipCidrRange: string }[];
  const find = (name: string | undefined, what: string): string => {
    const found = ranges.find(({ rangeName }) => rangeName === name);
    if (found || !place || name === undefined) return found?.ipCidrRange ?? "";
    throw new GoogleError(
      400,
      `${what} secondary range "${name}" does not exist in network "${String(place.properties["network"])}", subnetwork "${String(place.properties["name"])}".`,
      "badRequest",
    );
  };
  return {
    pods: find(policy?.clusterSecondaryRangeName, "Pod"),
    services: find(policy?.servicesSecondaryRangeName, "Services"),
  };
}
