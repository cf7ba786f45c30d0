import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates, type PeerCertificate } from "node:tls";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { tlsOf } from "../../../toolchain/prisma/tls.ts";
import { TestAuthority } from "../../tls/authority.ts";

const folder = mkdtempSync(join(tmpdir(), "prisma-tls-"));
const file = join(folder, "ca.pem");
let first: TestAuthority;

beforeAll(async () => {
  first = await TestAuthority.create("first");
  writeFileSync(file, first.certificate + (await TestAuthority.create("second")).certificate);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const of = (parameters: string, host = "db.internal") => tlsOf(new URL(`postgresql://u@h/d?${parameters}`), host);

describe("a URL", () => {
  it.each(["", "sslmode=disable", "sslmode=prefer", "sslmode=disable&sslaccept=strict"])(
    "may do without TLS: %s",
    (parameters) => {
      expect(of(parameters)).toBe(false);
    },
  );

  it.each(["sslmode=require", "sslmode=require&sslaccept=accept_invalid_certs", "sslmode=require&sslcert=/nowhere"])(
    "may trust whoever answers, as Prisma does by itself: %s",
    (parameters) => {
      expect(of(parameters)).toEqual({ rejectUnauthorized: false });
    },
  );

  it.each(["strict", "anything_else"])("checks the certificate with sslaccept=%s", (word) => {
    expect(of(`sslmode=require&sslaccept=${word}`)).toMatchObject({ rejectUnauthorized: true });
  });

  it("trusts the first authority of a file besides the public ones, and no other", () => {
    const { ca } = of(`sslmode=require&sslaccept=strict&sslcert=${file}`) as { ca: string[] };
    expect(ca).toEqual([...rootCertificates, first.certificate.trim()]);
  });

  it.each([
    ["10.2.0.5", "IP Address:10.2.0.5", undefined],
    ["10.2.0.5", "DNS:localhost", "10.2.0.5 is not in the cert's list"],
    ["db.internal", "DNS:db.internal", undefined],
    ["db.internal", "DNS:other.internal", "db.internal. is not in the cert's altnames"],
  ])("checks the name %s in a certificate for %s", (host, subjectaltname, problem) => {
    const { checkServerIdentity } = of("sslmode=require&sslaccept=strict", host) as {
      checkServerIdentity: (name: string, certificate: PeerCertificate) => Error | undefined;
    };
    const certificate = { subject: {}, subjectaltname } as unknown as PeerCertificate;
    // What Node.js asks for where it connects to an address.
    const found = checkServerIdentity("localhost", certificate)?.message;
    expect(found)[problem === undefined ? "toBeUndefined" : "toContain"](problem as never);
  });
});

describe("a URL that says more than Prisma does", () => {
  it.each([
    ["sslmode=verify-full", "Prisma has no sslmode verify-full, and would do without TLS. Set sslmode=require"],
    ["sslmode=verify-ca&sslrootcert=/ca.pem", "Prisma has no sslmode verify-ca"],
    ["sslmode=prefer&sslaccept=strict", "Set sslmode=require too"],
    ["sslaccept=strict", "Set sslmode=require too"],
    ["sslmode=require&sslidentity=/client.p12", "sslidentity"],
  ])("is refused: %s", (parameters, message) => {
    expect(() => of(parameters)).toThrow(message);
  });

  it("is refused with a file without a certificate", () => {
    writeFileSync(join(folder, "empty.pem"), "nothing");
    expect(() => of(`sslmode=require&sslaccept=strict&sslcert=${folder}/empty.pem`)).toThrow("holds no certificate");
  });
});
