import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, type ConnectionOptions, getCACertificates, type PeerCertificate } from "node:tls";

/** What of a connection's settings says how it is protected. */
interface Protection {
  sslmode: "disable" | "require" | "verify-ca" | "verify-full";
  /** A file with the authorities that count. */
  sslrootcert?: string | undefined;
}

/**
 * How Pulumi's official plugin for PostgreSQL, which is written in Go (github.com/lib/pq), protects a connection: `require` encrypts and
 * trusts any certificate, unless there is a file with authorities; `verify-full` takes one of theirs for the host, and
 * `verify-ca` too where the host is a name, but for whatever name where it is an address.
 *
 * @throws {Error} if the file with authorities can't be read.
 */
export function tlsOf({ sslmode, sslrootcert }: Protection, host: string): false | ConnectionOptions {
  if (sslmode === "disable") return false;
  const checks = sslmode !== "require" || (sslrootcert !== undefined && existsSync(sslrootcert));
  if (!checks) return { rejectUnauthorized: false };
  return {
    ca: sslrootcert === undefined ? publicAuthorities() : readFileSync(sslrootcert, "utf8"),
    // By itself, Node.js checks an IP address as if it were localhost.
    checkServerIdentity: (_name, certificate) =>
      sslmode === "verify-full" || isIP(host) === 0 ? problemOf(host, certificate) : undefined,
  };
}

/** Those of the machine count in Go, as far as they are not the same. */
function publicAuthorities(): string[] {
  return [...getCACertificates("default"), ...getCACertificates("system")];
}

function problemOf(host: string, certificate: PeerCertificate): Error | undefined {
  // Go doesn't look at the subject, which Node.js does where there is nothing else.
  if (certificate.subjectaltname === undefined) {
    return new Error(`the server's certificate names no host, not in its subjectAltName, and so not ${host}`);
  }
  return checkServerIdentity(host, certificate);
}
