import { ApiException, CoreV1Api, DiscoveryV1Api, KubeConfig } from "@kubernetes/client-node";
import type { V1EndpointSlice } from "@kubernetes/client-node";

import { AccessError, type ClusterAccess } from "./access.ts";

/** The end of a port-forward. */
export interface ServicePod {
  name: string;
  port: number;
}

/**
 * The cluster that an access names.
 *
 * @throws {AccessError} if the kubeconfig can't be read, or lacks the context.
 */
export function clusterOf({ kubeconfig, context }: ClusterAccess): KubeConfig {
  const cluster = new KubeConfig();
  try {
    if (kubeconfig === undefined) cluster.loadFromDefault();
    else cluster.loadFromString(kubeconfig);
  } catch (error) {
    throw new AccessError(`The kubeconfig can't be read: ${String(error)}`, { retry: false, cause: error });
  }
  const names = cluster.getContexts().map(({ name }) => name);
  if (context !== undefined) {
    if (!names.includes(context)) {
      const message = `The kubeconfig has no context ${context}; write one of ${names.join(", ") || "its own, once it has some"}.`;
      throw new AccessError(message, { retry: false });
    }
    cluster.setCurrentContext(context);
  }
  if (!cluster.getCurrentCluster()) {
    throw new AccessError("The kubeconfig names no cluster as its current one; choose a context.", { retry: false });
  }
  return cluster;
}

/**
 * A ready pod behind a Service, with the number of its port behind the Service's port.
 *
 * @throws {AccessError} that says what is missing, and whether it may come by itself.
 */
export async function readyPod(cluster: KubeConfig, access: ClusterAccess): Promise<ServicePod> {
  const { namespace, service, port } = access;
  const [found, slices] = await Promise.all([
    asked(cluster, access, `get the Service ${namespace}/${service}`, () =>
      cluster.makeApiClient(CoreV1Api).readNamespacedService({ namespace, name: service }),
    ),
    asked(cluster, access, `list the EndpointSlices of ${namespace}`, () =>
      cluster.makeApiClient(DiscoveryV1Api).listNamespacedEndpointSlice({
        namespace,
        labelSelector: `kubernetes.io/service-name=${service}`,
      }),
    ),
  ]);
  const ports = found.spec?.ports ?? [];
  const servicePort = ports.find((candidate) => candidate.port === port);
  if (!servicePort) {
    const known = ports.map((candidate) => candidate.port).join(", ") || "none";
    throw new AccessError(`The Service ${namespace}/${service} has no port ${port}; its ports: ${known}.`, {
      retry: false,
    });
  }
  const pod = slices.items.flatMap((slice) => readyPods(slice, servicePort.name ?? "")).at(0);
  if (pod) return pod;
  const selector = Object.entries(found.spec?.selector ?? {}).map(([label, value]) => `${label}=${value}`);
  const look = `kubectl -n ${namespace} get pods -l ${selector.join(",")}`;
  throw new AccessError(
    `No pod behind the Service ${namespace}/${service} is ready: \`${look}\` lists them, and \`kubectl -n ${namespace} describe pod\` says why one is not.`,
    { retry: true },
  );
}

/**
 * The port that a slice lists under the name of the Service's port is the pods' own, already looked up. Without a pod that
 * is ready its lists are null, whatever the types say.
 */
function readyPods({ ports, endpoints }: V1EndpointSlice, portName: string): ServicePod[] {
  const port = (ports ?? []).find(({ name }) => (name ?? "") === portName)?.port;
  if (port === undefined) return [];
  return (endpoints ?? []).flatMap(({ conditions, targetRef }) =>
    conditions?.ready === false || targetRef?.kind !== "Pod" || targetRef.name === undefined
      ? []
      : [{ name: targetRef.name, port }],
  );
}

async function asked<T>(cluster: KubeConfig, access: ClusterAccess, what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw refused(cluster, access, what, error);
  }
}

/** An error of the Kubernetes API in words that say what to do. */
function refused(cluster: KubeConfig, { namespace, service }: ClusterAccess, what: string, error: unknown): Error {
  const server = cluster.getCurrentCluster()?.server ?? "";
  const context = cluster.getCurrentContext();
  if (!(error instanceof ApiException)) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const message = `The cluster of the context ${context} (${server}) can't be reached to ${what}: ${String(cause)}`;
    return new AccessError(message, { retry: true, cause: error });
  }
  const told = (reason: string) => `The cluster of the context ${context} answered ${String(error.code)}: ${reason}`;
  switch (error.code) {
    case 401:
      return new AccessError(told("it does not know who you are; sign in to it again."), { retry: false });
    case 403: {
      const needed = "get services, list endpointslices.discovery.k8s.io, create pods/portforward";
      const message = `you may not ${what}; in the namespace ${namespace} you need the rights: ${needed}.`;
      return new AccessError(told(message), { retry: false });
    }
    case 404: {
      const look = `kubectl -n ${namespace} get services`;
      const message = `there is no Service ${namespace}/${service}; \`${look}\` lists those that are.`;
      return new AccessError(told(message), { retry: false });
    }
    default:
      return new AccessError(told(`it could not ${what}.`), { retry: error.code >= 500 || error.code === 429 });
  }
}
