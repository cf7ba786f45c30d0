import { readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";

import { pulumiCli } from "../../toolchain/pulumi/cli.ts";
import { Checkout, type PasteOptions, signalGroup } from "../engine/checkout.ts";
import { backends, blocks } from "./page.ts";

// What docs/state.md says, on the real engine: the commands of the page as they stand there, one after the other, on a stack
// of a program with one secret. What they do is Pulumi's, so that no gateway has to run. Each test goes on where the one
// before it ended.

/** The rest: pasted by the tests of what it is about, or read by people. */
const ELSEWHERE = [
  // test/engine/local-stack.engine.test.ts
  "Move a project's key, sh, 1",
  "Move a project's key, yaml, 1",
  // test/program/renamed-stack.test.ts
  "Rename a stack, yaml, 1",
  // Of clouds.
  "Where it is kept, sh, 1",
  "Restore a backup, sh, 3",
  // What is seen, and an example of what is written.
  "Locks, text, 1",
  "The passphrase is lost, json, 1",
];

/** Waits once it has begun, as long as there is a file `wait`. */
const PROGRAM = `
import { existsSync } from "node:fs";
import * as random from "@pulumi/random";
export const masterKey = new random.RandomPassword("litellm-key-seed", { length: 40, special: false }).result;
while (existsSync("wait")) await new Promise((resolve) => setTimeout(resolve, 100));
`;

const TIME = /\d{4}-\d\d-\d\dT\S+Z/;

/** No credentials, and none from where a cloud's machine would have them. */
const NO_CREDENTIALS = { GOOGLE_APPLICATION_CREDENTIALS: "/none", AWS_EC2_METADATA_DISABLED: "true" };

let checkout: Checkout;
/** The only secret, which has to survive all of it. */
let seed: string;
const pasted = new Set<string>();

beforeAll(async () => {
  checkout = await Checkout.make();
  await writeFile(join(checkout.folder, "index.ts"), PROGRAM);
  await copyFile(join(checkout.folder, "Pulumi.local.yaml"), join(checkout.folder, "Pulumi.prod.yaml"));
  await checkout.npm("pulumi", "stack", "init", "prod");
  await setSecret();
  await checkout.npm("pulumi", "up", "--stack", "prod", "--yes", "--skip-preview");
  seed = await readSeed();
});

afterAll(() => checkout.remove());

const setSecret = () =>
  checkout.npm("pulumi", "config", "set", "--stack", "prod", "--path", "--secret", ...PROVIDER_KEY);
const PROVIDER_KEY = ["llm-gateway:providers.openai.apiKey", "sk-of-openai"];
const readSeed = () => checkout.npm("pulumi", "stack", "output", "masterKey", "--show-secrets", "--stack", "prod");
const stateFile = (...path: string[]) => join(checkout.home, "state", ".pulumi", ...path);
/** Where another backend has its files. */
const other = () => join(checkout.folder, "other");
const state = () => readFile(stateFile("stacks", "llm-gateway", "prod.json"), "utf8");

/** Pastes a block of the page in the checkout: what it prints. @param replaced What stands for something else there. */
async function paste(title: string, { replaced = {}, ...options }: PasteOptions & { replaced?: object } = {}) {
  pasted.add(title);
  let text = blocks.get(title) ?? `echo "There is no ${title}."; exit 1`;
  for (const [from, to] of Object.entries(replaced)) text = text.replaceAll(from, String(to));
  return Checkout.paste(`set -e\n${text}`, { ...options, folder: checkout.folder });
}

it("a state is exported with its secrets encrypted", async () => {
  await paste("Backups, sh, 1");
  const exported = await readFile(join(checkout.folder, "prod-state.json"), "utf8");
  expect(exported).toContain("litellm-key-seed");
  expect(exported).not.toContain(seed);
});

it("a lock that a killed update left is seen as the page shows it, and `cancel` frees it", async () => {
  const wait = join(checkout.folder, "wait");
  await writeFile(wait, "");
  const killed = checkout.launch("pulumi", "up", "--stack", "prod", "--yes", "--skip-preview");
  killed.catch(() => undefined);
  const locks = stateFile("locks", "organization", "llm-gateway", "prod");
  while (readdirSync(locks).length === 0) await sleep(100);
  signalGroup(killed, "SIGKILL");
  await killed.catch(() => undefined);
  await rm(wait);
  const [first = "", second = ""] = (blocks.get("Locks, text, 1") ?? "").split("\n");
  const refused = await checkout.fail("pulumi", "stack", "rename", "live", "--stack", "prod");
  expect(refused).toContain(first);
  const [place = "", who = ""] = second.replace("  file://…", "").split("…: created by anna@laptop (pid 8478) at ");
  expect(who).toMatch(TIME);
  expect(refused).toMatch(
    new RegExp(`${place.replaceAll(".", "\\.")}.*: created by \\S+@\\S+ \\(pid \\d+\\) at ${TIME.source}`),
  );
  expect(await paste("Locks, sh, 1")).toContain("has been canceled");
  expect(readdirSync(locks)).toEqual([]);
});

it("what a killed update had begun to create is gone from the state after `up` and `refresh`", async () => {
  const before = JSON.parse(await state()) as {
    checkpoint: { latest: { resources: { urn: string; id?: string }[]; pending_operations?: object[] } };
  };
  const { id, ...resource } = before.checkpoint.latest.resources.at(-1) ?? { urn: "" };
  expect(id).toBeDefined();
  // As Pulumi leaves it when it is killed just then.
  const pending = { type: "creating", resource: { ...resource, urn: `${resource.urn}-2` } };
  before.checkpoint.latest.pending_operations = [pending];
  await writeFile(stateFile("stacks", "llm-gateway", "prod.json"), JSON.stringify(before));
  const said = await paste("An interrupted update, sh, 1");
  expect(said).toContain("with 1 pending operations from previous deployment");
  expect(await state()).not.toContain("pending_operations");
});

it("a state is restored from an export, and from Pulumi's own backups also when it is unreadable", async () => {
  await writeFile(stateFile("stacks", "llm-gateway", "prod.json"), "{");
  await paste("Restore a backup, sh, 2");
  expect(await readSeed()).toBe(seed);
  const said = await paste("Restore a backup, sh, 1");
  expect(said).toContain("Import complete.");
  expect(said).toContain("2 unchanged");
});

it("a passphrase is replaced by another one", async () => {
  const before = await readFile(join(checkout.home, "passphrase"), "utf8");
  const said = await paste("Another passphrase, sh, 1");
  expect(said).toContain("Migrating old configuration and state to new secrets provider");
  expect(said).toContain("2 unchanged");
  expect(await readFile(join(checkout.home, "passphrase.former"), "utf8")).toBe(before);
});

it("a lost passphrase is no end: the state gets what is known again, everything stays, and no secret is in plain text", async () => {
  await rm(join(checkout.home, "passphrase"));
  expect(await checkout.fail("pulumi", "preview", "--stack", "prod")).toContain("passphrase is gone, ");
  await writeFile(join(checkout.folder, "known.json"), JSON.stringify({ "litellm-key-seed": seed }));
  await paste("The passphrase is lost, sh, 1");
  await setSecret();
  const said = await paste("The passphrase is lost, sh, 2");
  expect(said).toContain("Import complete.");
  expect(said).toContain("2 unchanged");
  expect(await readFile(join(checkout.folder, "Pulumi.prod.yaml"), "utf8")).not.toContain("sk-of-openai");
  const files = readdirSync(stateFile(), { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.filter((text) => text.includes(seed) || text.includes("sk-of-openai"))).toEqual([]);
});

it("a stack moves to another backend, and its former state is forgotten there", async () => {
  await mkdir(other());
  const backend = { PULUMI_BACKEND_URL: pathToFileURL(other()).href };
  const replaced = { "gs://my-state": backend.PULUMI_BACKEND_URL };
  expect(await paste("Another backend, sh, 1", { replaced })).toContain("2 unchanged");
  const FORMER = `${pathToFileURL(join(checkout.home, "state")).href}?metadata=skip`;
  expect(await paste("Another backend, sh, 2", { env: { ...backend, FORMER } })).toContain("has been removed");
  expect(readdirSync(stateFile("stacks", "llm-gateway"))).not.toContain("prod.json");
  expect(readdirSync(join(other(), ".pulumi", "stacks", "llm-gateway"))).toContain("prod.json");
});

it("Pulumi takes the backends and keys of clouds that the page names, and asks for credentials", async () => {
  const cli = await pulumiCli();
  const run = async (args: string[], env: Record<string, string>) => {
    const variables = { ...NO_CREDENTIALS, PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR: "1", ...env };
    const options = { cwd: checkout.folder, env: variables, stdin: "ignore", reject: false } as const;
    return (await execa(cli, [...args, "--non-interactive"], options)).stderr;
  };
  expect(backends.map((url) => url.split(":")[0])).toEqual(["gs", "s3", "azblob", "https"]);
  for (const url of backends) {
    const said = await run(["stack", "ls"], { PULUMI_BACKEND_URL: url });
    expect(said).toMatch(/credentials|AccountName is required|PULUMI_ACCESS_TOKEN must be set/);
  }
  const title = "A key of a cloud, sh, 1";
  pasted.add(title);
  const keys = [...(blocks.get(title) ?? "").matchAll(/change-secrets-provider '?((?:gcp|aws)kms:[^\s']+)/g)];
  expect(keys).toHaveLength(2);
  const env = { PULUMI_BACKEND_URL: pathToFileURL(other()).href };
  for (const [, key = ""] of keys) {
    const command = ["stack", "change-secrets-provider", key, "--stack", "prod"];
    const passphrase = { PULUMI_CONFIG_PASSPHRASE_FILE: join(checkout.home, "passphrase") };
    expect(await run(command, { ...env, ...passphrase })).toContain("credentials");
  }
});

it("a stack is renamed with its file, and nothing else changes", async () => {
  const said = await paste("Rename a stack, sh, 1", { env: { PULUMI_BACKEND_URL: pathToFileURL(other()).href } });
  expect(said).toContain("Renamed prod to live");
  expect(said).toContain("2 unchanged");
  const files = readdirSync(checkout.folder);
  expect(files).toContain("Pulumi.live.yaml");
  expect(files).not.toContain("Pulumi.prod.yaml");
});

it("services of a stack whose state is lost are ended, and their data put away", async () => {
  const cwd = join(checkout.home, "local", "litellm", "data");
  await mkdir(cwd, { recursive: true });
  const service = execa("sleep", ["600"], { cwd, reject: false });
  await paste("The state is lost, sh, 1");
  expect((await service).signal).toBe("SIGTERM");
  expect(readdirSync(checkout.home)).toContain("local.lost");
});

it("docs/state.md has no command that no test runs", () => {
  expect([...blocks.keys()].sort()).toEqual([...pasted, ...ELSEWHERE].sort());
});
