import { readFileSync } from "node:fs";
import { checkServerIdentity, type ConnectionOptions, rootCertificates } from "node:tls";

/**
 * How a Prisma connection URL wants its connection protected, as Prisma's own engine understands it
 * (`quaint/src/connector/postgres` of Prisma 5.17): `sslmode=require` by itself encrypts and trusts whoever answers, and
 * `sslaccept=strict` checks the certificate and the name in it. `sslcert` is a file with the one certificate of an authority
 * that counts besides the public ones.
 *
 * Where Prisma's engine would do less than the URL seems to say, this one refuses it: a mode that Prisma doesn't know makes
 * it take TLS where there is some.
 *
 * @throws {Error} that says what to write.
 */
export function tlsOf(url: URL, host: string): false | ConnectionOptions {
  const parameter = (name: string) => url.searchParams.get(name) ?? undefined;
  const mode = parameter("sslmode");
  switch (mode) {
    case undefined:
    case "disable":
    case "prefer":
      if (parameter("sslaccept") === "strict" && mode !== "disable") {
        throw new Error("sslaccept=strict checks nothing where there may be no TLS. Set sslmode=require too.");
      }
      return false;
    case "require":
      break;
    default:
      throw new Error(
        `Prisma has no sslmode ${mode}, and would do without TLS. Set sslmode=require, and sslaccept=strict for a check of the certificate.`,
      );
  }
  if (parameter("sslidentity") !== undefined) {
    throw new Error("sslidentity, a certificate of the client, is not available here. Leave it out.");
  }
  // Any other word than this counts as strict.
  if ((parameter("sslaccept") ?? "accept_invalid_certs") === "accept_invalid_certs") {
    return { rejectUnauthorized: false };
  }
  return {
    rejectUnauthorized: true,
    ...authorities(parameter("sslcert")),
    // By itself, Node.js checks an IP address as if it were localhost.
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  };
}

/** The first certificate of the file counts, and no other: Prisma's engine reads none. */
function authorities(file: string | undefined): Pick<ConnectionOptions, "ca"> {
  if (file === undefined) return {};
  const [first] = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(readFileSync(file, "utf8")) ?? [];
  if (first === undefined) throw new Error(`sslcert names ${file}, which holds no certificate.`);
  return { ca: [...rootCertificates, first] };
}
