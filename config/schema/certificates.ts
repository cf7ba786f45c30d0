import { X509Certificate } from "node:crypto";

import * as z from "zod";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Certificates of the authorities that a server's certificate is checked against, as PEM. Whatever else is in the text is
 * left out, and those that sign themselves come first: LiteLLM's database client falls back to the first one, and to no other.
 */
export const authorities = () =>
  z.string().transform((text, context) => {
    const certificates = parsed(text);
    const message = problemOf(text, certificates);
    if (message === undefined) return pem(certificates ?? []);
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

/** When the last of the certificates ends that sign themselves: no server passes after that. */
export function lastDay(text: string): Date {
  const ends = (parsed(text) ?? []).filter(signsItself).map(({ validToDate }) => validToDate.getTime());
  return new Date(Math.max(...ends));
}

/** The certificates in the text; undefined if one of them is damaged. */
function parsed(text: string): X509Certificate[] | undefined {
  try {
    return (text.match(CERTIFICATE) ?? []).map((certificate) => new X509Certificate(certificate));
  } catch {
    return undefined;
  }
}

function problemOf(text: string, certificates: X509Certificate[] | undefined): string | undefined {
  if (text.includes("PRIVATE KEY-----")) {
    return "holds a private key, which only the server may have; replace that key, and write the certificate of the server's authority";
  }
  if (certificates === undefined) {
    return "holds a damaged certificate; copy the authority's file again, with all its lines";
  }
  if (certificates.length === 0) {
    return 'is not a certificate; write the text of the authority\'s file in PEM, which begins with "-----BEGIN CERTIFICATE-----"';
  }
  const ofServer = certificates.find((certificate) => !certificate.ca && !signsItself(certificate));
  if (ofServer) {
    return `holds the certificate of a server (${nameOf(ofServer)}); write that of the authority that signed it (${nameOf(ofServer, "issuer")})`;
  }
  // OpenSSL, and so every client here, goes up to a certificate that signs itself.
  const roots = certificates.filter(signsItself);
  const [intermediate] = certificates;
  if (roots.length === 0 && intermediate) {
    return `lacks the authority that signed ${nameOf(intermediate)}; add the certificate of ${nameOf(intermediate, "issuer")}`;
  }
  if (roots.every(({ validToDate }) => validToDate.getTime() <= Date.now())) {
    return `has expired on ${lastDay(text).toISOString().slice(0, 10)}; write the authority's new certificate`;
  }
  return undefined;
}

function signsItself(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

function nameOf(certificate: X509Certificate, whose: "subject" | "issuer" = "subject"): string {
  return certificate[whose].replaceAll("\n", ", ");
}

function pem(certificates: X509Certificate[]): string {
  const sorted = [...certificates.filter(signsItself), ...certificates.filter((one) => !signsItself(one))];
  return [...new Set(sorted.map((certificate) => certificate.toString()))].join("");
}
