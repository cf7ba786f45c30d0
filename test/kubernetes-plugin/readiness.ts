import type { ApiServer, Manifest } from "../cluster/api-server.ts";
import { podProblems } from "./pod-problems.ts";

/** How far an object has come. */
export interface Progress {
  state: "ready" | "waiting" | "failed";
  /** What it waits for, or why it failed. */
  reasons: string[];
}

/** The fields of built-in kinds that tell how far they have come. */
interface Workload {
  spec: {
    replicas?: number;
    selector?: unknown;
    type?: string;
    clusterIP?: string;
    storageClassName?: string;
  };
  status?: {
    observedGeneration?: number;
    conditions?: Condition[];
    phase?: string;
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    desiredNumberScheduled?: number;
    numberReady?: number;
    updatedNumberScheduled?: number;
    loadBalancer?: { ingress?: unknown[] };
  };
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

type Check = (object: Manifest & Workload, cluster: ApiServer) => Promise<Progress>;

const READY: Progress = { state: "ready", reasons: [] };
const waiting = (...reasons: string[]): Progress => ({ state: "waiting", reasons });
const failed = (...reasons: string[]): Progress => ({ state: "failed", reasons });

/** What the official plugin waits for, by apiVersion and kind; other kinds are ready at once. */
const CHECKS: Record<string, Check> = {
  "apps/v1/DaemonSet": async (object, cluster) => {
    const { desiredNumberScheduled = 0, numberReady = 0, updatedNumberScheduled = 0 } = observed(object);
    if (
      isObserved(object) &&
      numberReady >= desiredNumberScheduled &&
      updatedNumberScheduled >= desiredNumberScheduled
    ) {
      return READY;
    }
    return waiting(`${numberReady} of ${desiredNumberScheduled} pods are ready`, ...(await problems(object, cluster)));
  },
  "apps/v1/Deployment": async (object, cluster) => {
    const { replicas: wanted = 1 } = object.spec;
    const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = observed(object);
    const progressing = condition(object, "Progressing");
    if (isObserved(object) && progressing?.reason === "ProgressDeadlineExceeded") {
      return failed(told(progressing), ...(await problems(object, cluster)));
    }
    const isRolledOut = updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted;
    if (isObserved(object) && isRolledOut) return READY;
    const count = `${availableReplicas} of ${wanted} pods are available, ${updatedReplicas} of this version`;
    return waiting(count, ...(await problems(object, cluster)));
  },
  "apps/v1/StatefulSet": async (object, cluster) => {
    const { replicas: wanted = 1 } = object.spec;
    const { readyReplicas = 0, currentRevision, updateRevision } = observed(object);
    if (isObserved(object) && readyReplicas === wanted && currentRevision === updateRevision) return READY;
    return waiting(`${readyReplicas} of ${wanted} pods are ready`, ...(await problems(object, cluster)));
  },
  "batch/v1/Job": async (object, cluster) => {
    const failure = condition(object, "Failed");
    // Of every other reason the official plugin takes no notice.
    if (failure?.status === "True" && ["BackoffLimitExceeded", "DeadlineExceeded"].includes(failure.reason ?? "")) {
      return failed(told(failure), ...(await problems(object, cluster)));
    }
    if (condition(object, "Complete")?.status === "True") return READY;
    return waiting("the Job is not complete", ...(await problems(object, cluster)));
  },
  "networking.k8s.io/v1/Ingress": async (object) =>
    (observed(object).loadBalancer?.ingress ?? []).length > 0 ? READY : waiting("the Ingress has no address"),
  "v1/Namespace": async (object) => byPhase(object, ["Active"]),
  "v1/PersistentVolume": async (object) => byPhase(object, ["Available", "Bound"]),
  "v1/PersistentVolumeClaim": async (object, cluster) => {
    const name = object.spec.storageClassName;
    const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: name ?? "" } };
    const found = name === undefined || name === "" ? undefined : await cluster.get(storageClass);
    const isBoundByPod = found?.["volumeBindingMode"] === "WaitForFirstConsumer";
    return byPhase(object, isBoundByPod ? ["Bound", "Pending"] : ["Bound"]);
  },
  "v1/Pod": async (object, cluster) => {
    const { phase } = observed(object);
    if (condition(object, "Ready")?.status === "True" || phase === "Succeeded") return READY;
    const reasons = await podProblems(cluster, object.metadata.namespace, object.metadata.labels ?? {});
    return phase === "Failed" ? failed("the pod failed", ...reasons) : waiting("the pod is not ready", ...reasons);
  },
  "v1/Service": serviceProgress,
};

/** How far an object has come, as the official plugin judges it. */
export async function progressOf(cluster: ApiServer, object: Manifest): Promise<Progress> {
  const check = CHECKS[`${object.apiVersion}/${object.kind}`];
  return check ? check(object as Manifest & Workload, cluster) : READY;
}

/** The kinds whose state a refresh notes. */
const READ = ["Deployment", "StatefulSet", "DaemonSet", "Ingress", "Job", "Pod", "Service"];

/** Why an object isn't ready, as a refresh notes it; nothing for one that is, or of a kind that it doesn't judge. */
export async function unreadiness(cluster: ApiServer, object: Manifest): Promise<string[]> {
  const isSkipped = object.metadata.annotations?.["pulumi.com/skipAwait"] === "true";
  if (isSkipped || !READ.includes(object.kind)) return [];
  const { state, reasons } = await progressOf(cluster, object);
  return state === "ready" ? [] : reasons;
}

async function serviceProgress(object: Manifest & Workload, cluster: ApiServer): Promise<Progress> {
  const { type, clusterIP, selector } = object.spec;
  if (type === "LoadBalancer" && (observed(object).loadBalancer?.ingress ?? []).length === 0) {
    return waiting("the Service was not allocated an address");
  }
  if (type === "ExternalName" || clusterIP === "None" || Object.keys(selector ?? {}).length === 0) return READY;
  const { name, namespace = "default" } = object.metadata;
  const label = { "kubernetes.io/service-name": name };
  const slices = (await cluster.list("discovery.k8s.io/v1", "EndpointSlice", namespace, label)) as unknown as {
    endpoints?: { conditions: { ready?: boolean } }[];
  }[];
  if (slices.length === 0) return waiting("the Service has no endpoints yet");
  const isUnready = slices.flatMap(({ endpoints }) => endpoints ?? []).some(({ conditions }) => !conditions.ready);
  return isUnready ? waiting("pods that the Service selects are not ready") : READY;
}

function byPhase(object: Manifest & Workload, good: string[]): Progress {
  const { phase = "unknown" } = observed(object);
  return good.includes(phase) ? READY : waiting(`its phase is ${phase}`);
}

function observed({ status = {} }: Workload): NonNullable<Workload["status"]> {
  return status;
}

/** Whether the controller has seen the object as it is now. */
function isObserved({ metadata, status }: Manifest & Workload): boolean {
  return status?.observedGeneration === metadata["generation"];
}

function condition({ status }: Workload, type: string): Condition | undefined {
  return status?.conditions?.find((candidate) => candidate.type === type);
}

function told({ reason = "no reason given", message = "" }: Condition): string {
  return message === "" ? reason : `${reason}: ${message}`;
}

function problems({ metadata, spec }: Manifest & Workload, cluster: ApiServer): Promise<string[]> {
  const { matchLabels = {} } = (spec.selector ?? {}) as { matchLabels?: Record<string, string> };
  return podProblems(cluster, metadata.namespace, matchLabels);
}
