import type { Manifest } from "../cluster/api-server.ts";

/** What SecretSync takes as a path and as a key, from its CustomResourceDefinition. */
const KEY = {
  type: "string",
  minLength: 1,
  maxLength: 253,
  pattern: String.raw`^[A-Za-z0-9.]([-A-Za-z0-9]+([-._a-zA-Z0-9]?[A-Za-z0-9])*)?(\/([0-9]+))*$`,
};

const NAME = {
  type: "string",
  minLength: 1,
  maxLength: 253,
  pattern: String.raw`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`,
};

/**
 * The kinds that GKE's secret synchronization brings into a cluster, as far as they can be set: those of
 * https://github.com/kubernetes-sigs/secrets-store-sync-controller, under GKE's own names.
 */
export const secretKinds: Manifest[] = [
  kind("secrets-store.csi.x-k8s.io", "SecretProviderClass", {
    properties: {
      provider: { type: "string" },
      parameters: { type: "object", additionalProperties: { type: "string" } },
    },
  }),
  kind("secret-sync.gke.io", "SecretSync", {
    required: ["secretProviderClassName", "serviceAccountName", "secretObject"],
    properties: {
      secretProviderClassName: NAME,
      serviceAccountName: NAME,
      secretObject: {
        type: "object",
        required: ["type", "data"],
        properties: {
          type: { type: "string" },
          data: {
            type: "array",
            minItems: 1,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["targetKey"],
            items: {
              type: "object",
              required: ["sourcePath", "targetKey"],
              properties: { sourcePath: KEY, targetKey: KEY },
            },
          },
        },
      },
    },
  }),
];

function kind(group: string, name: string, spec: object): Manifest {
  const singular = name.toLowerCase();
  const plural = name === "SecretProviderClass" ? "secretproviderclasses" : `${singular}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind: name, plural, singular },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", ...spec } } } },
        },
      ],
    },
  };
}
