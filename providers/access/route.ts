import { isOurs, isTaken } from "../local/loopback-port.ts";
import { type Access, AccessError, type Route, type UrlAccess } from "./access.ts";

/**
 * The way to a service. For a Service of a cluster it is a port-forward that listens on 127.0.0.1: one for this process,
 * which it does not keep alive, with a ready pod looked up again for each connection.
 *
 * @throws {AccessError} that says why there is no way, and what to do.
 */
export async function routeTo(access: Access): Promise<Route> {
  if ("url" in access) return direct(access);
  // Only those who need it pay for the Kubernetes client, which takes longer to load than everything else here.
  const { portForward } = await import("./port-forward.ts");
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
