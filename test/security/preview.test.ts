import { channel } from "node:diagnostics_channel";
import { type IpcSocketConnectOpts, type NetConnectOpts, Socket } from "node:net";

import getPort from "get-port";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { deploy } from "../program/deploy.ts";

/** Where this process connected to: `127.0.0.1:4000`. */
let connections: string[] = [];
/** What it started. */
let programs: string[] = [];

const onProgram = (message: unknown) => {
  const { process } = message as { process: { spawnargs: string[] } };
  programs.push(process.spawnargs.join(" "));
};

beforeEach(() => {
  [connections, programs] = [[], []];
  vi.resetModules();
  const { connect } = Socket.prototype as { connect: (this: Socket, ...args: unknown[]) => Socket };
  vi.spyOn(Socket.prototype, "connect").mockImplementation(function (this: Socket, ...args: unknown[]) {
    connections.push(target(args));
    return connect.apply(this, args);
  });
  channel("child_process").subscribe(onProgram);
});

afterEach(() => {
  vi.restoreAllMocks();
  channel("child_process").unsubscribe(onProgram);
});

/** What a socket is told to connect to, in each of the ways that there are. */
function target(args: unknown[]): string {
  // Node.js itself hands on its own normalized arguments as one list.
  const list: unknown[] = Array.isArray(args[0]) ? args[0] : args;
  const [first, second] = list;
  if (typeof first === "number") return `${typeof second === "string" ? second : "localhost"}:${first}`;
  if (typeof first === "string") return first;
  const options = first as NetConnectOpts;
  return "port" in options ? `${options.host ?? "localhost"}:${options.port}` : (options as IpcSocketConnectOpts).path;
}

const PREVIEW = { preview: true };

const attacker = "attacker.example";
const apiBase = `http://${attacker}/v1`;
const openai = { provider: "openai", model: "gpt-4o", apiBase };
const models = [
  { name: "gpt-4o", ...openai },
  { name: "claude-sonnet", ...openai, mockResponse: "A mock." },
  { name: "gemini-flash", ...openai },
];
const providers = { openai: { apiKey: "sk-of-openai" } };

/** Settings of a stranger's stack file that name a place: none of them is read, run or called by the program itself. */
describe("a preview's program", { timeout: 300_000 }, () => {
  it("asks only this machine's own ports who listens there, on platform local", async () => {
    const [litellm, sagewai] = [await getPort({ host: "127.0.0.1" }), await getPort({ host: "127.0.0.1" })];
    connections = [];
    await deploy(
      "local",
      {
        "llm-gateway:models": models,
        "llm-gateway:litellm": { port: litellm },
        "llm-gateway:sagewai": { port: sagewai },
      },
      PREVIEW,
    );
    expect(new Set(connections)).toEqual(new Set([`127.0.0.1:${litellm}`, `127.0.0.1:${sagewai}`]));
    expect(programs).toEqual([]);
  });

  it("connects to nobody and starts nothing on platform kubernetes: what does is Pulumi's plugin, with your kubeconfig", async () => {
    const cidrs = ["10.0.0.0/24"];
    const kubernetes = {
      context: "of-another-cluster",
      images: { litellm: `${attacker}/litellm:v1.0`, sagewai: `${attacker}/sagewai:1.0` },
      postgres: {
        ...{ host: attacker, adminUser: "postgres", adminPassword: "of-postgres", addresses: { cidrs } },
        readReplica: { host: attacker, addresses: { cidrs } },
      },
      redis: { host: attacker, password: "of-redis", addresses: { cidrs } },
      metrics: { scrapers: { cidrs } },
      clients: { cidrs },
      access: { route: { hostname: attacker, class: "internal" }, loadBalancer: { annotations: { a: "b" } } },
    };
    const { resources } = await deploy(
      "kubernetes",
      {
        "llm-gateway:models": models,
        "llm-gateway:providers": providers,
        "llm-gateway:kubernetes": kubernetes,
      },
      PREVIEW,
    );
    expect(connections).toEqual([]);
    expect(programs).toEqual([]);
    const provider = (type: string) => resources.find((one) => one.type === `pulumi:providers:${type}`)?.inputs;
    expect(provider("kubernetes")).toEqual({ enableServerSideApply: "true", context: "of-another-cluster" });
    // It signs in when a role or database is made or read, which a preview doesn't.
    expect(provider("postgresql")).toMatchObject({ host: attacker, password: "[secret]" });
  });

  it("asks Google of nothing but the project's number on platform gcp", async () => {
    const { resources } = await deploy(
      "prod",
      { "llm-gateway:models": models, "llm-gateway:providers": providers },
      PREVIEW,
    );
    expect(connections).toEqual([]);
    expect(programs).toEqual([]);
    // Its invokes are in the mocks, which refuse all others.
    const provider = resources.find(({ type }) => type === "pulumi:providers:gcp")?.inputs;
    expect(Object.keys(provider ?? {}).sort()).toEqual([
      ...["billingProject", "defaultLabels", "project", "region", "skipRegionValidation", "userProjectOverride"],
    ]);
  });

  it.each(["kubernetes", "prod"])(
    "leaves no resource of %s to a plugin that other settings could steer",
    async (stack) => {
      const packages = /^(kubernetes|gcp|postgresql):/;
      const deployed = await deploy(stack, {
        "llm-gateway:providers": { openai: { apiKey: "sk" }, anthropic: { apiKey: "sk" } },
      });
      const steerable = Object.entries(deployed.providers).filter(([resource]) => packages.test(resource));
      expect(steerable.length).toBeGreaterThan(10);
      expect(steerable.filter(([, provider]) => provider === "")).toEqual([]);
    },
  );
});
