import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionOptions, PeerCertificate } from "node:tls";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { tlsOf } from "../../../../toolchain/postgres-tls.ts";
import { TestAuthority } from "../../../tls/authority.ts";

// What github.com/lib/pq 1.10.9 was seen to do with the same servers.

const folder = mkdtempSync(join(tmpdir(), "plugin-tls-"));
const sslrootcert = join(folder, "ca.pem");
let authority: TestAuthority;

beforeAll(async () => {
  authority = await TestAuthority.create();
  writeFileSync(sslrootcert, authority.certificate);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Mode = "disable" | "require" | "verify-ca" | "verify-full";

/** Whether a server's certificate of the authority passes, by what it names. */
function passes(sslmode: Mode, host: string, subjectaltname?: string): boolean {
  const { checkServerIdentity } = tlsOf({ sslmode, sslrootcert }, host) as ConnectionOptions;
  const certificate = { subject: { CN: "localhost" }, subjectaltname } as unknown as PeerCertificate;
  return checkServerIdentity?.("localhost", certificate) === undefined;
}

it("the plugin postgresql does without TLS, or trusts whoever answers, where that is asked for", () => {
  expect(tlsOf({ sslmode: "disable" }, "h")).toBe(false);
  expect(tlsOf({ sslmode: "require" }, "h")).toEqual({ rejectUnauthorized: false });
  expect(tlsOf({ sslmode: "require", sslrootcert: join(folder, "none.pem") }, "h")).toEqual({
    rejectUnauthorized: false,
  });
});

it.each(["require", "verify-ca", "verify-full"] as const)(
  "the plugin postgresql checks the authority with a file of authorities: %s",
  (sslmode) => {
    const options = tlsOf({ sslmode, sslrootcert }, "127.0.0.1");
    expect(options).toMatchObject({ ca: authority.certificate });
    expect(options).not.toHaveProperty("rejectUnauthorized");
  },
);

it.each(["verify-ca", "verify-full"] as const)(
  "the plugin postgresql trusts the public authorities, and those of the machine, without one: %s",
  (sslmode) => {
    const { ca } = tlsOf({ sslmode }, "127.0.0.1") as { ca: string[] };
    expect(ca.length).toBeGreaterThan(50);
  },
);

it.each(["verify-ca", "verify-full"] as const)("the plugin postgresql says which file it lacks: %s", (sslmode) => {
  expect(() => tlsOf({ sslmode, sslrootcert: join(folder, "none.pem") }, "h")).toThrow("none.pem");
});

describe("a server's name", () => {
  it.each<[Mode, string, string | undefined, boolean]>([
    ["verify-full", "10.2.0.5", "IP Address:10.2.0.5", true],
    // Node.js by itself would ask for localhost.
    ["verify-full", "10.2.0.5", "DNS:localhost", false],
    ["verify-full", "db.internal", "DNS:db.internal", true],
    ["verify-full", "db.internal", "DNS:other.internal", false],
    ["verify-full", "localhost", undefined, false],
    ["verify-ca", "127.0.0.1", "DNS:name.of.google", true],
    ["verify-ca", "localhost", "DNS:name.of.google", false],
  ])("counts with %s of %s, where the certificate is for %s: %s", (mode, host, names, result) => {
    expect(passes(mode, host, names)).toBe(result);
  });
});
