import { at, entries, isNone, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

/** The one component whose addresses are public: what the gateway calls providers from, which nobody can call. */
const EGRESS = "llm-gateway:gcp:Egress$";

const EVERYWHERE = ["0.0.0.0/0", "::/0"];

/** By the last part of a resource's type. */
const FAULTS: Record<string, (resource: Resource) => string[]> = {
  DatabaseInstance: ({ inputs }) => {
    const networks = entries(at(inputs, "settings.ipConfiguration.authorizedNetworks"));
    return [
      // Google gives a server a public address unless told otherwise.
      ...(isNone(at(inputs, "settings.ipConfiguration.ipv4Enabled"), false)
        ? ["The database server gets a public address: set settings.ipConfiguration.ipv4Enabled to false."]
        : []),
      ...(networks.some((network) => EVERYWHERE.includes(String(at(network, "value"))))
        ? ["The database server lets every address in: remove it from settings.ipConfiguration.authorizedNetworks."]
        : []),
    ];
  },
  Cluster: ({ inputs }) => [
    ...(isNone(at(inputs, "privateClusterConfig.enablePrivateNodes"), true)
      ? ["The cluster's nodes get public addresses: set privateClusterConfig.enablePrivateNodes to true."]
      : []),
    ...(isNone(at(inputs, "controlPlaneEndpointsConfig.ipEndpointsConfig.enabled"), false) &&
    isNone(at(inputs, "privateClusterConfig.enablePrivateEndpoint"), true)
      ? [
          "The cluster's API gets a public address: set controlPlaneEndpointsConfig.ipEndpointsConfig.enabled to false, or privateClusterConfig.enablePrivateEndpoint to true.",
        ]
      : []),
  ],
  Address: ({ inputs, urn }) =>
    isNone(at(inputs, "addressType"), "INTERNAL") && !urn.includes(EGRESS)
      ? [
          "It is a public address: set addressType to INTERNAL. Only what the gateway calls providers from has public ones.",
        ]
      : [],
  GlobalAddress: ({ inputs }) =>
    isNone(at(inputs, "addressType"), "INTERNAL") ? ["It is a public address: set addressType to INTERNAL."] : [],
  Instance: ({ inputs }) =>
    entries(at(inputs, "networkInterfaces")).some((one) => entries(at(one, "accessConfigs")).length > 0)
      ? ["The machine gets a public address: remove accessConfigs from networkInterfaces."]
      : [],
  Firewall: ({ inputs }) =>
    isNone(at(inputs, "direction"), "EGRESS") &&
    entries(at(inputs, "allows")).length > 0 &&
    entries(at(inputs, "sourceRanges")).some((range) => EVERYWHERE.includes(String(range)))
      ? ["The firewall lets every address of the Internet in: name the ranges that may call in sourceRanges."]
      : [],
};

export const publicAddresses: Rule = {
  why: "No server, node or control plane has an address that the Internet reaches, and no firewall lets it in, since an LLM gateway holds every provider key: what can't be reached can't be attacked.",
  source: "https://cloud.google.com/sql/docs/postgres/configure-private-ip",
  types:
    /^gcp:(sql\/databaseInstance:DatabaseInstance|container\/cluster:Cluster|compute\/(address:Address|globalAddress:GlobalAddress|instance:Instance|firewall:Firewall))$/,
  judge: () => (resource) => FAULTS[resource.type.split(":").at(-1) ?? ""]?.(resource) ?? [],
};
