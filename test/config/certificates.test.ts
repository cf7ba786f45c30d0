import { execa } from "execa";
import { beforeAll, describe, expect, it, vi } from "vitest";

import { authorities } from "../../config/schema/certificates.ts";
import { parseSettings } from "../../config/settings.ts";
import { warnings } from "../../config/warnings.ts";
import { selfSignedCertificate, TestAuthority } from "../tls/authority.ts";
import { minimal, rawConfig } from "./stack.ts";

let root: TestAuthority;
let other: TestAuthority;
let ended: string;

beforeAll(async () => {
  root = await TestAuthority.create("root");
  other = await TestAuthority.create("other");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "/dev/null"];
  const { stdout } = await execa("openssl", ["req", "-x509", ...key, "-subj", "/CN=ended", "-days", "1"]);
  ended = stdout;
});

/** What is wrong with the text; undefined if nothing is. */
const problem = (text: string) => authorities().safeParse(text).error?.issues[0]?.message;

describe("certificates of authorities", () => {
  it("are kept as they are, without what else is in the file, and each once", () => {
    const text = `subject=CN = root\n${root.certificate}\r\n${other.certificate}${root.certificate}`;
    expect(authorities().parse(text)).toBe(root.certificate + other.certificate);
  });

  it("may be an intermediate one with its root, which then comes first", async () => {
    const intermediate = await root.issueAuthority("intermediate");
    expect(problem(intermediate)).toMatch(
      /^lacks the authority that signed CN=intermediate; add the certificate of CN=root$/,
    );
    expect(authorities().parse(intermediate + root.certificate)).toBe(root.certificate + intermediate);
  });

  it("may be a server's that nobody else vouches for", async () => {
    const { certificate } = await selfSignedCertificate(["DNS:db"]);
    expect(problem(certificate)).toBe(undefined);
  });

  it.each([
    ["a path", () => "/etc/ssl/ca.pem", /^is not a certificate; write the text/],
    ["nothing", () => "", /^is not a certificate/],
    ["half of one", () => root.certificate.replace(/^.{40}$/m, ""), /damaged certificate/],
    ["lines that were joined", () => root.certificate.replaceAll("\n", " "), /is not a certificate|damaged/],
  ])("refuses %s", (_, text, message) => {
    const found = problem(text());
    // Node.js reads some of what others don't.
    if (found === undefined) expect(authorities().parse(text())).toBe(root.certificate);
    else expect(found).toMatch(message);
  });

  it("refuses the certificate of a server, with the name of the authority to take instead", async () => {
    const { certificate, key } = await root.issue(["DNS:db"]);
    expect(problem(certificate)).toBe(
      "holds the certificate of a server (CN=localhost); write that of the authority that signed it (CN=root)",
    );
    expect(problem(certificate + key)).toMatch(/^holds a private key/);
  });

  it("refuses what has ended, but not beside one that hasn't", () => {
    vi.useFakeTimers({ now: Date.now() + 2 * 86_400_000, toFake: ["Date"] });
    expect(problem(ended)).toMatch(/^has expired on \d{4}-\d\d-\d\d; write the authority's new certificate$/);
    expect(problem(ended + root.certificate)).toBe(undefined);
    vi.useRealTimers();
  });
});

/** Settings of a cluster with these servers. */
function settings(servers: { postgres?: object; redis?: object }) {
  const postgres = { host: "10.20.0.5", adminPassword: "of-the-administrator", ...servers.postgres };
  const kubernetes = { postgres, ...(servers.redis && { redis: { host: "10.30.0.5", ...servers.redis } }) };
  const raw = rawConfig({
    ...minimal,
    platform: "kubernetes",
    providers: { openai: { apiKey: "sk-key" } },
    kubernetes,
  });
  return parseSettings(raw, ["llm-gateway:providers", "llm-gateway:kubernetes"]);
}

describe("connections to servers of one's own", () => {
  it("are checked by default, of which nothing has to be said", () => {
    const parsed = settings({ redis: {} });
    expect([parsed.kubernetes.postgres.tls, parsed.kubernetes.redis?.tls]).toEqual(["verify-full", "verify-full"]);
    expect(warnings(parsed)).toEqual([]);
  });

  it.each([
    ["PostgreSQL", { postgres: { tls: "require" } }, "encrypted, but the server's certificate isn't checked"],
    ["PostgreSQL", { postgres: { tls: "disable" } }, "aren't encrypted"],
    ["Redis", { redis: { tls: "require" } }, "encrypted, but the server's certificate isn't checked"],
    ["Redis", { redis: { tls: false } }, "aren't encrypted"],
  ])("to %s are warned of at each preview without a check: %o", (name, servers, said) => {
    const section = name === "Redis" ? "redis" : "postgres";
    expect(warnings(settings(servers))).toEqual([
      expect.stringMatching(
        new RegExp(`^Connections to ${name} .*${said}.*llm-gateway:kubernetes.${section}.tls to verify-full`),
      ),
    ]);
  });

  it.each([
    [true, "verify-full"],
    [false, "disable"],
  ])("take the switch that redis.tls was: %s", (tls, mode) => {
    expect(settings({ redis: { tls } }).kubernetes.redis?.tls).toBe(mode);
  });

  it("are warned of before their authority ends", () => {
    expect(warnings(settings({ postgres: { caCertificate: ended } }))).toEqual([
      expect.stringMatching(/^The authority of PostgreSQL ends on \d{4}-\d\d-\d\d, and with it every new connection/),
    ]);
  });

  it.each([
    ["postgres", "require", "require"],
    ["redis", false, "disable"],
  ])("refuse an authority of %s that nobody asks, with tls: %s", (name, tls, mode) => {
    expect(() => settings({ [name]: { tls, caCertificate: root.certificate } })).toThrow(
      `${name}.caCertificate changes nothing, because tls is ${mode}`,
    );
  });

  it.each(["db.internal:5432", "10.20.0.5:5432", "[fd00::7]", "fd00::7::1"])("refuse %s as a host", (host) => {
    expect(() => settings({ postgres: { host } })).toThrow("is not a host; write a DNS name or an IP address");
  });

  it.each(["fd00::7", "::1", "fd00::"])("take the IPv6 address %s as a host", (host) => {
    expect(settings({ postgres: { host } }).kubernetes.postgres.host).toBe(host);
  });
});
