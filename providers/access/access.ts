/** How this machine reaches a service: by a URL, or through a Kubernetes cluster. */
export type Access = UrlAccess | ClusterAccess;

export interface UrlAccess {
  /** Base URL, such as `http://127.0.0.1:4000`. */
  url: string;
}

/** A Service inside a cluster: whoever calls it opens a port-forward for as long as that takes. */
export interface ClusterAccess {
  /**
   * Text of a kubeconfig. Secret, if it holds credentials. Default: that of the machine, found as kubectl finds it
   * (`KUBECONFIG`, `~/.kube/config`, a pod's service account).
   */
  kubeconfig?: string;
  /** Context of the kubeconfig. Default: its current one. */
  context?: string;
  namespace: string;
  /** Name of the Service. */
  service: string;
  /** The Service's port, not that of its pods. */
  port: number;
}

/** A service that can't be reached; `retry` tells whether waiting may help, such as for a pod to become ready. */
export class AccessError extends Error {
  override readonly name = "AccessError";
  readonly retry: boolean;

  constructor(message: string, options: ErrorOptions & { retry: boolean }) {
    super(message, options);
    this.retry = options.retry;
  }
}

/** Where an access leads, in words for people. */
export function describeAccess(access: Access): string {
  return "url" in access ? access.url : `the Service ${access.namespace}/${access.service}, port ${access.port}`;
}

/** The way from this process to a service. */
export interface Route {
  /** Base URL without a slash at its end. */
  url: string;
  /** Why the last connection failed, where the connection itself can't tell: that of a port-forward is just closed. */
  problem(): AccessError | undefined;
}
