import { isOurs, isTaken } from "./local/loopback-port.ts";

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

/** Access that can't be had; `retry` tells whether it may come by itself, such as when a pod becomes ready. */
export class AccessError extends Error {
  override readonly name = "AccessError";
  readonly retry: boolean;

  constructor(message: string, options: ErrorOptions & { retry: boolean }) {
    super(message, options);
    this.retry = options.retry;
  }
}

/** What an access leads to, in words for people. */
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

/**
 * The way to a service. For a Service of a cluster it is a port-forward that listens on 127.0.0.1: one for this process,
 * which it does not keep alive, with a ready pod looked up anew for each connection.
 *
 * @throws {AccessError} that says why there is no way, and what to do.
 */
export async function routeTo(access: Access): Promise<Route> {
  if ("url" in access) return direct(access);
  // Only those who need it pay for the Kubernetes client, which takes longer to load than everything else here.
  const { portForward } = await import("./access/port-forward.ts");
  return portForward(access);
}

/** Whether a program of this account listens on a port of this machine; asked again as long as none does. */
const ours = new Map<number, Promise<boolean>>();

/** A service of this machine, which is told keys: not before it is known that nobody else listens in its place. */
async function direct({ url }: UrlAccess): Promise<Route> {
  const { hostname, port } = new URL(url);
  if (hostname === "127.0.0.1") {
    const number = Number(port || 80);
    const asked = ours.get(number) ?? isOurs(number);
    ours.set(number, asked);
    if (!(await asked)) {
      ours.delete(number);
      if (await isTaken(number)) throw new AccessError(impostor(url), { retry: false });
    }
  }
  return { url: url.replace(/\/+$/, ""), problem: () => undefined };
}

function impostor(url: string): string {
  return (
    `What listens at ${url} is a program of another account of this machine, and is told no key. Have it stopped, ` +
    "then bring the stack up again; or write another port into the stack's settings."
  );
}
