import { isIPv6 } from "node:net";

/** A host as URLs and `host:port` hold it: an IPv6 address goes in brackets, where its colons end nothing. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
