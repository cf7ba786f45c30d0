import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { encrypt } from "../kubernetes/encrypted-postgres.ts";
import { TestPostgres } from "../postgres/server.ts";
import { selfSignedCertificate, type ServerCertificate, TestAuthority } from "../tls/authority.ts";
import { type Attack, ManInTheMiddle } from "../tls/man-in-the-middle.ts";
import { TestProxy } from "../toolchain/prisma/litellm.ts";
import { CLIENTS, migrate, PASSWORDS, pgBouncer, services } from "./database-clients.ts";

// Somebody on the way between the gateway and its PostgreSQL, who wants passwords and data: what each real client does.

const NAMES = ["IP:127.0.0.1", "IP:::1"];

let server: TestPostgres;
let authority: TestAuthority;
let stranger: TestAuthority;

beforeAll(async () => {
  [server, authority, stranger] = await Promise.all([
    TestPostgres.create({ password: PASSWORDS.postgres, flags: ["listen_addresses=127.0.0.1,::1"] }),
    TestAuthority.create(),
    TestAuthority.create("authority of somebody else"),
  ]);
  for (const role of ["litellm", "sagewai"] as const) {
    await server.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORDS[role]}'`);
    await server.query(`CREATE DATABASE ${role} OWNER ${role}`);
  }
  await encrypt(server, await authority.issue(NAMES));
});

afterAll(() => server.delete());

const verified = (port: number, authorities = authority.certificate, host = "127.0.0.1") => ({
  host,
  port,
  tls: { mode: "verify-full", authorities } as const,
});

/** Whoever answers in the place of the server, with a certificate that the client may believe in or not. */
const ATTACKS: Record<string, () => Promise<Pick<Attack, "kind" | "certificate">>> = {
  "says that there is no TLS": () => Promise.resolve({ kind: "strip" }),
  "made its certificate itself": async () => ({ kind: "impersonate", certificate: await selfSignedCertificate(NAMES) }),
  "has one of the right authority for another name": async () => ({
    kind: "impersonate",
    certificate: await authority.issue(["DNS:other.internal", "IP:127.0.0.2", "DNS:localhost"]),
  }),
};

describe.each(Object.entries(CLIENTS))("%s", (_, connect) => {
  it("connects to a server whose authority it was given", async () => {
    await encrypt(server, await authority.issue(NAMES));
    await connect(verified(server.port));
    const authorized = server
      .log()
      .split("\n")
      .filter((line) => line.includes("connection authorized"));
    expect(authorized.filter((line) => /user=(litellm|sagewai)/.test(line) && !line.includes("SSL enabled"))).toEqual(
      [],
    );
  });

  it("connects to an IPv6 address that the certificate names", async () => {
    await expect(connect(verified(server.port, authority.certificate, "::1"))).resolves.not.toThrow();
  });

  it.each(Object.entries(ATTACKS))("tells nothing to one who %s", async (_, attack) => {
    const between = await ManInTheMiddle.start({ protocol: "postgres", ...(await attack()) });
    await expect(connect(verified(between.port))).rejects.toThrow();
    await between.stop();
    expect(between.connections).toBeGreaterThan(0);
    expect(between.heard).toBe("");
  });

  it.each<[string, () => Promise<ServerCertificate>]>([
    ["of another authority", () => stranger.issue(NAMES)],
    ["that has expired", () => authority.issue(NAMES, -1)],
  ])("refuses the server itself with a certificate %s", async (_, issue) => {
    await encrypt(server, await issue());
    await expect(connect(verified(server.port))).rejects.toThrow(/certificate|P1001|self.signed|expired/i);
  });
});

describe("LiteLLM", () => {
  it("starts with two authorities, of which its server has the second, and again when it has changed to the first", async () => {
    const folder = await mkdtemp(join(tmpdir(), "litellm-authorities-"));
    await encrypt(server, await authority.issue(NAMES));
    const target = verified(server.port, stranger.certificate + authority.certificate);
    const { DATABASE_URL: url = "" } = (await services(target, folder)).litellm;
    const proxy = await TestProxy.start(url);
    const sessions = () =>
      server.query("SELECT pid FROM pg_stat_activity WHERE usename = 'litellm' AND application_name = 'prisma'");
    expect(await sessions()).not.toEqual([]);
    expect(server.log()).not.toMatch(/user=litellm (?!.*SSL enabled).*application_name=prisma/);
    // What a client holds already stays when the certificate changes.
    await encrypt(server, await stranger.issue(NAMES));
    expect(await proxy.call("GET", "/health/readiness")).toMatchObject({ status: 200 });
    await proxy.delete();
    const again = await TestProxy.start(url);
    await again.delete();
    await rm(folder, { recursive: true });
  }, 400_000);

  it("fails in its migration, before any pod is replaced, and tells nothing to one who made his certificate himself", async () => {
    const between = await ManInTheMiddle.start({
      protocol: "postgres",
      kind: "impersonate",
      certificate: await selfSignedCertificate(NAMES),
    });
    await expect(migrate(verified(between.port))).rejects.toThrow(/self.signed|certificate/);
    await between.stop();
    expect(between.connections).toBeGreaterThan(0);
    expect(between.heard).toBe("");
  }, 300_000);

  it("has the PgBouncer of its image check the server, and none of its workers knows the server's password", async () => {
    const settings = await pgBouncer(verified(server.port));
    expect(settings).toContain("server_tls_sslmode = verify-full");
    expect(settings).toMatch(/server_tls_ca_file = .*\/server-ca.pem/);
    expect(settings).not.toContain(PASSWORDS.litellm);
  });
});

describe("a client that checks nothing", () => {
  it.each(Object.keys(CLIENTS))(
    "tells the password to whoever asks, so that the above proves something: %s",
    async (name) => {
      const certificate = await selfSignedCertificate(NAMES);
      const between = await ManInTheMiddle.start({ protocol: "postgres", kind: "impersonate", certificate });
      const tls = { mode: "require" } as const;
      await expect(CLIENTS[name]?.({ host: "127.0.0.1", port: between.port, tls })).rejects.toThrow();
      await between.stop();
      expect(between.heard).toMatch(/password-of-/);
    },
  );
});
