import type { Manifest } from "../cluster/api-server.ts";
import type { Path } from "./property-path.ts";

/** Settings of the provider that decide whether an object can change in place. */
export interface Mutability {
  enableConfigMapMutable?: boolean;
  enableSecretMutable?: boolean;
}

const POD = ["affinity", "containers", "dnsPolicy", "hostNetwork", "initContainers", "nodeName", "nodeSelector"];
const POD_TOO = ["restartPolicy", "securityContext", "serviceAccountName", "terminationGracePeriodSeconds", "volumes"];

/**
 * The properties that take a new object, by group and kind; as the official plugin has them (`forceNew` in its
 * provider/pkg/provider/diff.go), without volumes of kinds that clouds no longer offer.
 */
const FORCE_NEW: Record<string, string[]> = {
  "/ConfigMap": ["binaryData", "data"],
  "/PersistentVolume": ["spec.csi", "spec.hostPath", "spec.local", "spec.nfs"],
  "/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "/Pod": [...POD, ...POD_TOO].map((name) => `spec.${name}`),
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type", "stringData", "data"],
  "/Service": ["spec.clusterIP"],
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

/** Whether the property at `path` of an object can't change in place. */
export function forcesNew(object: Shape, path: Path, mutability: Mutability): boolean {
  const dotted = path.join(".");
  return ["metadata.name", "metadata.namespace", ...fixedProperties(object, mutability)].some(
    (property) => dotted === property || dotted.startsWith(`${property}.`),
  );
}

type Shape = Pick<Manifest, "apiVersion" | "kind"> & { immutable?: unknown };

function fixedProperties({ apiVersion, kind, immutable }: Shape, mutability: Mutability): string[] {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.lastIndexOf("/")) : "";
  const name = `${group}/${kind}`;
  if (immutable !== true) {
    if (name === "/ConfigMap" && mutability.enableConfigMapMutable) return [];
    if (name === "/Secret" && mutability.enableSecretMutable) return ["type"];
  }
  return FORCE_NEW[name] ?? [];
}
