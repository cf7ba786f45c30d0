import * as pulumi from "@pulumi/pulumi";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { gatewayOptions } from "../../components/kubernetes/gateway-options.ts";
import { Valkey } from "../../components/gcp/valkey.ts";
import { litellmConfig } from "../../config/litellm-config.ts";
import { parseSettings, type Settings } from "../../config/settings.ts";
import { valueOf } from "../components/recording-platform.ts";
import { minimal, rawConfig } from "../config/stack.ts";
import { place, registered } from "../gcp/mocks.ts";
import { selfSignedCertificate, TestAuthority } from "../tls/authority.ts";
import { ManInTheMiddle } from "../tls/man-in-the-middle.ts";
import { TestRedis } from "../tls/redis-server.ts";
import { type Given, RedisClient } from "./redis-client.ts";

// Somebody on the way between LiteLLM and its Redis, who wants the password: what LiteLLM's real clients do with the
// configuration, variables and files that this project gives them.

const NAMES = ["IP:127.0.0.1"];
const PASSWORD = "password-of-redis";
const SENTINELS = "password-of-sentinels";

let authority: TestAuthority;
/** Ends what a test started. */
let stop: (() => Promise<void>)[];
let client: RedisClient;

beforeAll(async () => {
  authority = await TestAuthority.create();
  client = await RedisClient.start({ environment: {}, files: {} });
});

afterAll(() => client.stop());

beforeEach(() => {
  stop = [];
});

afterEach(async () => {
  for (const end of stop.reverse()) await end();
});

/** What LiteLLM is given for a Redis of one's own. */
function given(redis: object): Given {
  const raw = rawConfig({
    ...minimal,
    platform: "kubernetes",
    providers: { openai: { apiKey: "sk-key" } },
    kubernetes: { postgres: { trial: true }, redis: { password: PASSWORD, ...redis } },
  });
  const settings: Settings = parseSettings(raw, ["llm-gateway:providers", "llm-gateway:kubernetes"]);
  const { environment, files } = gatewayOptions(settings.kubernetes, {});
  const texts = { environment, files } as Pick<Given, "environment" | "files">;
  // LiteLLM would take the second for a parameter of the server.
  const passwords = {
    REDIS_PASSWORD: PASSWORD,
    ...("sentinel" in redis && { REDIS_SENTINEL_PASSWORD: SENTINELS }),
  };
  return { ...texts, environment: { ...texts.environment, ...passwords }, config: litellmConfig(settings) };
}

async function redis(names = NAMES, watched?: number): Promise<TestRedis> {
  const server = await TestRedis.start(await authority.issue(names), watched);
  stop.push(() => server.stop());
  return server;
}

const between = async (certificate: Awaited<ReturnType<typeof selfSignedCertificate>>) => {
  const attacker = await ManInTheMiddle.start({ protocol: "redis", kind: "impersonate", certificate });
  stop.push(() => attacker.stop());
  return attacker;
};

const BOTH_PASS = { sync: "True", async: "True" };
/** What both clients say of a certificate that doesn't fit. */
const refusal = expect.stringMatching(/CERTIFICATE_VERIFY_FAILED/) as unknown;
const REFUSED = { sync: refusal, async: refusal };

describe("a Redis of one's own", () => {
  it("gets the password if it has a certificate of the authority in the settings", async () => {
    const server = await redis();
    const settings = { host: "127.0.0.1", port: server.port, caCertificate: authority.certificate };
    expect(await client.connect(given(settings))).toEqual(BOTH_PASS);
    expect(server.commands).toContain(`HELLO 3 AUTH default ${PASSWORD}`);
  });

  it.each([
    ["a certificate of his own", () => selfSignedCertificate(NAMES)],
    ["one of the authority for another name", () => authority.issue(["DNS:localhost", "IP:127.0.0.2"])],
    ["one of the authority that has expired", () => authority.issue(NAMES, -1)],
  ])("is told apart from one on the way with %s", async (_, issue) => {
    const attacker = await between(await issue());
    const settings = { host: "127.0.0.1", port: attacker.port, caCertificate: authority.certificate };
    expect(await client.connect(given(settings))).toEqual(REFUSED);
    expect(attacker.connections).toBeGreaterThan(0);
    expect(attacker.heard).toBe("");
  });

  it("needs a certificate of a public authority without one in the settings", async () => {
    const attacker = await between(await authority.issue(NAMES));
    expect(await client.connect(given({ host: "127.0.0.1", port: attacker.port }))).toEqual(REFUSED);
    expect(attacker.heard).toBe("");
  });

  it("tells the password to whoever asks if nothing is checked, so that the above proves something", async () => {
    const attacker = await between(await selfSignedCertificate(NAMES));
    await client.connect(given({ host: "127.0.0.1", port: attacker.port, tls: "require" }));
    expect(attacker.heard).toContain(PASSWORD);
  });
});

describe("Sentinels", () => {
  const sentinel = (port: number) => ({
    sentinel: { service: "mymaster", nodes: [{ host: "127.0.0.1", port }], password: SENTINELS },
    caCertificate: authority.certificate,
    addresses: { cidrs: ["127.0.0.1/32"] },
  });

  it("are checked like the server that they tell", async () => {
    const server = await redis();
    const node = await redis(NAMES, server.port);
    expect(await client.connect(given(sentinel(node.port)))).toEqual(BOTH_PASS);
    expect(node.commands).toContain(`HELLO 3 AUTH default ${SENTINELS}`);
    expect(server.commands).toContain(`HELLO 3 AUTH default ${PASSWORD}`);
  });

  it("are told apart from one on the way, and so is the server behind them", async () => {
    const attacker = await between(await selfSignedCertificate(NAMES));
    await client.connect(given(sentinel(attacker.port)));
    const node = await redis(NAMES, attacker.port);
    expect(await client.connect(given(sentinel(node.port)))).toEqual(REFUSED);
    expect(attacker.connections).toBeGreaterThan(1);
    expect(attacker.heard).toBe("");
  });
});

describe("Memorystore for Valkey", () => {
  /** What LiteLLM is given on platform gcp for an instance with the test's authority, on this machine. */
  async function valkey(port: number): Promise<Given> {
    let found: Valkey | undefined;
    await registered(
      () => {
        const network = { network: "n", subnetwork: "s", own: true };
        const args = { place: place(), nodeType: "STANDARD_SMALL", maintenance: { day: 7, hour: 3 }, network } as const;
        found = new Valkey("valkey", { ...args, client: "principal://somebody" });
      },
      ({ type }) =>
        type === "gcp:memorystore/instance:Instance"
          ? {
              endpoints: [
                {
                  connections: [
                    { pscAutoConnection: { connectionType: "CONNECTION_TYPE_PRIMARY", ipAddress: "127.0.0.1" } },
                  ],
                },
              ],
              managedServerCas: [{ caCerts: [{ certificates: [authority.certificate] }] }],
            }
          : {},
    );
    if (!found) throw new Error("no Valkey was made");
    const { host, environment, files } = (await valueOf(
      pulumi.output({ host: found.host, environment: found.environment, files: found.files }),
    )) as { host: string } & Omit<Given, "config">;
    const gcp = { project: "my-project", region: "europe-west1", redis: {} };
    const raw = rawConfig({ ...minimal, platform: "gcp", providers: { openai: { apiKey: "sk-key" } }, gcp });
    const config = litellmConfig(parseSettings(raw, ["llm-gateway:providers"])).replace("port: 6379", `port: ${port}`);
    return { environment: { ...environment, REDIS_HOST: host }, files, config };
  }

  /** LiteLLM where another authority is one of the public ones, with or without what Python finds among LiteLLM's files. */
  async function where(other: TestAuthority, own: Given | undefined): Promise<RedisClient> {
    const { PYTHONPATH = "", REDIS_GCP_SSL_CA_CERTS = "" } = own?.environment ?? {};
    const started = await RedisClient.start({
      environment: { SSL_CERT_FILE: "{files}/public.pem", ...(own && { PYTHONPATH, REDIS_GCP_SSL_CA_CERTS }) },
      files: { ...own?.files, "public.pem": other.certificate },
    });
    stop.push(() => started.stop());
    return started;
  }

  it("gets a token if it has a certificate of its own authority, for whatever name, and nobody with a public one does", async () => {
    const other = await TestAuthority.create("public authority");
    const server = await redis(["DNS:name.of.google"]);
    const settings = await valkey(server.port);
    const litellm = await where(other, settings);
    expect(await litellm.connect(settings)).toEqual(BOTH_PASS);
    expect(server.commands).toContain("AUTH token-of-iam");

    const attacker = await between(await other.issue(["DNS:attacker.example"]));
    expect(await litellm.connect(await valkey(attacker.port))).toEqual(REFUSED);
    expect(attacker.connections).toBeGreaterThan(0);
    expect(attacker.heard).toBe("");
  });

  it("would be passed for by anybody with a public certificate, so that the above proves something", async () => {
    const other = await TestAuthority.create("public authority");
    const attacker = await between(await other.issue(["DNS:attacker.example"]));
    const litellm = await where(other, undefined);
    await litellm.connect(await valkey(attacker.port));
    expect(attacker.heard).toContain("token-of-iam");
  });
});
