import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { execa, type ExecaError } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { pulumiEnvironment } from "../../toolchain/pulumi/environment.ts";
import { Checkout } from "../engine/checkout.ts";

const KEY = "sk-in-plain-text-4711";

let checkout: Checkout;
let stackFile: string;
let original: string;
let attacker: Server;
/** What reached the attacker, by path. */
let calls: string[] = [];

beforeAll(async () => {
  attacker = createServer((request, response) => {
    calls.push(`${request.method ?? ""} ${request.url ?? ""} ${request.headers.authorization ?? ""}`);
    response.writeHead(403).end("{}");
  });
  await new Promise<void>((resolve) => attacker.listen(0, "127.0.0.1", resolve));
  checkout = await Checkout.make();
  stackFile = join(checkout.folder, "Pulumi.local.yaml");
  original = await readFile(stackFile, "utf8");
  await checkout.npm("pulumi", "stack", "init", "local");
});

beforeEach(async () => {
  calls = [];
  await writeFile(stackFile, original);
});

afterAll(async () => {
  await checkout.remove();
  await new Promise((resolve) => attacker.close(resolve));
});

const url = () => `http://127.0.0.1:${(attacker.address() as AddressInfo).port}`;

/** What the Pulumi CLI itself says, without this project's `npm run pulumi` in front of it. */
async function plainPulumi(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const env = { ...(await pulumiEnvironment({ home: join(checkout.folder, ".gateway") })), ...environment };
  const result = await execa("pulumi", [...args, "--stack", "local", "--non-interactive"], {
    cwd: checkout.folder,
    env,
    reject: false,
    all: true,
  });
  return (result as ExecaError & { all: string }).all;
}

/** All texts under Pulumi's own folder of the state, by path. */
async function historyWith(text: string): Promise<string[]> {
  const folder = join(checkout.folder, ".gateway", "state", ".pulumi");
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const found = await Promise.all(paths.map(async (path) => (await readFile(path, "utf8")).includes(text)));
  return paths.filter((_path, index) => found[index]);
}

describe("a stack file of a stranger", { timeout: 600_000 }, () => {
  it("sends no credentials of this machine to a server that it names as the one with its key", async () => {
    const file = yaml.parse(original) as object;
    const provider = `awskms://alias/x?region=eu-west-1&endpoint=${url()}`;
    const config = { "llm-gateway:providers": { openai: { apiKey: { secure: "v1:AAAA" } } } };
    await writeFile(stackFile, yaml.stringify({ ...file, config, secretsprovider: provider, encryptedkey: "AAAA" }));

    expect(await checkout.fail("pulumi", "preview", "--stack", "local")).toContain("has the secretsprovider");
    expect(await checkout.fail("verify")).toContain("has the secretsprovider");
    expect(calls).toEqual([]);

    // Pulumi by itself does.
    const credentials = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };
    await plainPulumi(["preview"], credentials);
    expect(calls[0]).toContain("Credential=AKIAEXAMPLE/");
  });

  it("brings no variables into this machine's programs", async () => {
    const values = { environmentVariables: { NODE_OPTIONS: "--require ./evil.cjs" } };
    await writeFile(stackFile, `${original}\nenvironment: ${JSON.stringify({ values })}\n`);
    expect(await checkout.fail("pulumi", "preview", "--stack", "local")).toContain("has an `environment`");
    // On a state of one's own Pulumi knows none; its service does.
    expect(await plainPulumi(["preview"])).toContain("does not support environments");
  });

  it("is no kubeconfig that runs a program", async () => {
    const marker = join(checkout.folder, "pwned");
    const user = {
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "touch",
        args: [marker],
        interactiveMode: "Never",
      },
    };
    const kubeconfig = {
      ...{ apiVersion: "v1", kind: "Config", "current-context": "x" },
      clusters: [{ name: "x", cluster: { server: url() } }],
      users: [{ name: "x", user }],
      contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
    };
    const { config } = yaml.parse(original) as { config: object };
    const settings = {
      "llm-gateway:platform": "kubernetes",
      "llm-gateway:providers": { openai: { apiKey: "k" }, anthropic: { apiKey: "k" }, google: { apiKey: "k" } },
      "llm-gateway:kubernetes": { kubeconfig: "Pulumi.local.yaml", postgres: { trial: true } },
    };
    await writeFile(stackFile, yaml.stringify({ ...kubeconfig, config: { ...config, ...settings } }));
    expect(await checkout.fail("pulumi", "preview", "--stack", "local")).toContain("is not part of a stack file");
    expect(await plainPulumi(["preview"])).toContain(
      'kubernetes.kubeconfig: "Pulumi.local.yaml" is inside this checkout',
    );
    expect(existsSync(marker)).toBe(false);
    expect(calls).toEqual([]);
  });

  it("steers no plugin by settings of another namespace", async () => {
    await checkout.edit((config) => {
      Object.assign(config, { "kubernetes:kubeconfig": stackFile, "gcp:accessToken": "x" });
    });
    const output = await checkout.fail("pulumi", "preview", "--stack", "local");
    for (const key of ["kubernetes:kubeconfig", "gcp:accessToken"]) {
      expect(output).toContain(`${key} is not a setting of this project`);
    }
  });

  it("has no model's server called by a preview", async () => {
    await checkout.edit((config) => {
      config["llm-gateway:models"] = ["gpt-4o", "claude-sonnet", "gemini-flash"].map((name) => ({
        ...{ name, model: "openai/x", provider: "openai", apiBase: url() },
      }));
    });
    expect((await checkout.preview()).length).toBeGreaterThan(10);
    expect(calls).toEqual([]);
  });
});

describe("a secret in a stack file", { timeout: 600_000 }, () => {
  const writeKey = () =>
    checkout.edit((config) => {
      config["llm-gateway:providers"] = { openai: { apiKey: KEY } };
    });

  it("is refused in plain text before it gets into Pulumi's history", async () => {
    await writeKey();
    const start = await checkout.fail("start");
    expect(start).toContain("llm-gateway:providers.openai.apiKey is in plain text in the stack file");
    for (const args of [["preview"], ["up", "--yes", "--skip-preview"], ["refresh", "--yes"]]) {
      expect(await checkout.fail("pulumi", ...args, "--stack", "local")).toContain(
        "is in plain text in the stack file",
      );
    }
    expect(await historyWith(KEY)).toEqual([]);
  });

  it("gets there in plain text by Pulumi itself, where docs/operations.md says, and can be deleted there", async () => {
    await writeKey();
    expect(await plainPulumi(["preview"])).toContain("is in plain text in the stack file");
    expect(await historyWith(KEY)).toEqual([]);

    expect(await plainPulumi(["up", "--yes", "--skip-preview"])).toContain("is in plain text in the stack file");
    const found = await historyWith(KEY);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/\.pulumi\/history\/llm-gateway\/local\/local-\d+\.history\.json$/);

    for (const path of found) {
      await rm(path);
      await rm(path.replace(".history.json", ".checkpoint.json"));
    }
    await writeFile(stackFile, original);
    expect(await plainPulumi(["stack", "history"])).not.toContain("error");
    expect((await checkout.preview()).length).toBeGreaterThan(10);
  });

  const encrypted = async () => {
    const command = ["config", "set", "--stack", "local", "--path", "--secret", "llm-gateway:providers.openai.apiKey"];
    await checkout.npm("pulumi", ...command, "sk-encrypted");
  };

  it("is found in plain text beside one that is encrypted, which hides it from the program", async () => {
    await encrypted();
    await checkout.edit((config) => {
      const providers = config["llm-gateway:providers"] as object;
      config["llm-gateway:providers"] = { ...providers, anthropic: { apiKey: KEY } };
    });
    const output = await plainPulumi(["preview"]);
    expect(output).toContain("llm-gateway:providers.anthropic.apiKey is in plain text in the stack file");
    expect(output).not.toContain("providers.openai.apiKey is in plain text");
  });

  it("can't be copied, encrypted as it is, to where others see it", async () => {
    await encrypted();
    await checkout.edit((config) => {
      const { openai } = config["llm-gateway:providers"] as { openai: { apiKey: object } };
      const model = { name: "gpt-4o", model: "gpt-4o", provider: "google", mockResponse: openai.apiKey };
      const others = (config["llm-gateway:models"] as { name: string }[]).filter(({ name }) => name !== "gpt-4o");
      config["llm-gateway:models"] = [model, ...others];
    });
    const output = await plainPulumi(["preview"]);
    expect(output).toContain("llm-gateway:models[0].mockResponse is encrypted, but is shown to others");
    expect(output).toContain("llm-gateway:models is encrypted, but is shown to others");
    expect(await checkout.fail("pulumi", "preview", "--stack", "local")).toContain(
      "models[0].mockResponse is encrypted",
    );
  });
});
