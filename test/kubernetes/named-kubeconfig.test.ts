import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { kubeconfigIsThere, readKubeconfig } from "../../components/kubernetes/kubeconfig.ts";
import { kubeconfigProblem } from "../../components/kubernetes/kubeconfig-content.ts";

const folder = mkdtempSync(join(tmpdir(), "named-kubeconfig-"));
const project = join(import.meta.dirname, "..", "..");
/** A folder of the checkout that Git ignores. */
const inside = join(project, "node_modules", ".cache", `named-kubeconfig-${process.pid}`);
mkdirSync(inside, { recursive: true });

afterAll(() => {
  for (const path of [folder, inside]) rmSync(path, { recursive: true });
});

const config = {
  apiVersion: "v1",
  kind: "Config",
  preferences: {},
  clusters: [{ name: "c", cluster: { server: "https://10.0.0.1", "certificate-authority-data": "AAAA" } }],
  users: [{ name: "u", user: { token: "of-the-cluster" } }],
  contexts: [{ name: "x", context: { cluster: "c", user: "u", namespace: "n" } }],
  "current-context": "x",
};
const withUser = (user: object) => yaml.stringify({ ...config, users: [...config.users, { name: "other", user }] });

const IN_CHECKOUT =
  "is inside this checkout, where a pull request could change it, and with it what runs on the machine that previews the request; keep it elsewhere, or leave it out to use that of kubectl";
const NO_KUBECONFIG = "is not a kubeconfig; write the path of one, or leave it out to use that of kubectl";

let count = 0;
function file(text: string, place = folder): string {
  const path = join(place, `config-${++count}`);
  writeFileSync(path, text);
  return path;
}

async function problemWith(path: string): Promise<string | undefined> {
  const problems = await kubeconfigIsThere({ platform: "kubernetes", kubernetes: { kubeconfig: path } });
  expect(problems.length).toBeLessThan(2);
  return problems[0]?.message;
}

describe("a kubeconfig that a stack file names", () => {
  it("may say where a cluster is, and hold credentials", async () => {
    const text = yaml.stringify(config);
    const path = file(text);
    expect(await problemWith(path)).toBeUndefined();
    expect(readKubeconfig(path)).toBe(text);
    expect(kubeconfigProblem(JSON.stringify(config))).toBeUndefined();
  });

  it.each(["exec", "auth-provider"])("runs no program: %s", async (field) => {
    const path = file(withUser({ [field]: { command: "/bin/sh", args: ["-c", "touch /tmp/pwned"] } }));
    expect(await problemWith(path)).toBe(
      `has a user with \`${field}\`, which runs a program on each machine that previews this stack; name a file with a token or a certificate in it, or leave it out to use that of kubectl, which may run programs`,
    );
    expect(() => readKubeconfig(path)).toThrow("runs a program");
  });

  it.each([
    ["tokenFile", withUser({ tokenFile: "/var/run/secrets/token" })],
    ["client-certificate", withUser({ "client-certificate": "cert.pem" })],
    ["client-key", withUser({ "client-key": "/root/.ssh/id_rsa" })],
    ["authProvider", withUser({ authProvider: { name: "gcp" } })],
    ["Exec", withUser({ Exec: { command: "sh" } })],
    [
      "certificate-authority",
      yaml.stringify({ ...config, clusters: [{ name: "c", cluster: { "certificate-authority": "/etc/shadow" } }] }),
    ],
    ["include", yaml.stringify({ ...config, include: "other" })],
  ])("reads no other file, and says nothing that isn't known: %s", (field, text) => {
    expect(kubeconfigProblem(text)).toBe(
      `has the field \`${field}\`, and may only say where a cluster is and hold credentials itself; write them into the file with \`kubectl config view --flatten\`, or leave it out to use that of kubectl`,
    );
  });

  it.each([
    ["says something twice", `${yaml.stringify(config)}users: []\n`],
    ["says something twice of a user", "users: [{ name: u, user: { token: a, token: b } }]"],
    ["hides a user behind an alias", "x: &x { exec: {} }\nusers: [{ name: u, user: *x }]"],
    ["merges a user", "users: [{ name: u, user: { <<: { exec: {} } } }]"],
    ["has a tag", "users: !!js/function 'x'"],
    ["has two documents", `${yaml.stringify(config)}---\n${withUser({ exec: {} })}`],
    ["has no list of users", "users: { u: { exec: {} } }"],
    ["has a user beside a user", "users: [{ name: u, user: {}, exec: {} }]"],
    ["has a user that is none", "users: [{ name: u, user: [exec] }]"],
    ["is of another kind", "kind: Secret"],
    ["is a list", "[]"],
    ["is a text", "root:x:0:0:root:/root:/bin/bash"],
    ["is no YAML", "{"],
    ["is empty", ""],
  ])("can be read in one way only: not one that %s", (_title, text) => {
    expect(kubeconfigProblem(text)).toBe(NO_KUBECONFIG);
  });

  it("is never shown in a message", async () => {
    const path = file("a-secret-of-the-machine: [");
    expect(await problemWith(path)).toBe(NO_KUBECONFIG);
    expect(() => readKubeconfig(path)).toThrow(`The kubeconfig ${path} ${NO_KUBECONFIG}.`);
  });

  const good = file(yaml.stringify(config), inside);
  const linkOutside = join(inside, "link");
  symlinkSync(file(yaml.stringify(config)), linkOutside);
  const linkInside = join(folder, "link");
  symlinkSync(good, linkInside);

  it.each([
    ["by its path", good],
    ["by a path from the folder that Pulumi runs in", relative(process.cwd(), good)],
    ["by a way around", join(folder, relative(folder, good))],
    ["by a way around that isn't shortened", `${folder}/../../../..${good}`],
    ["by a symbolic link elsewhere", linkInside],
    ["as a symbolic link to elsewhere", linkOutside],
    ["as the stack file itself", join(project, "Pulumi.local.yaml")],
  ])("is not in the checkout: %s", async (_title, path) => {
    expect(await problemWith(path)).toBe(IN_CHECKOUT);
  });

  it.skipIf(!existsSync("/proc/self/cwd"))("is not in the checkout: by the folder of this process", async () => {
    expect(await problemWith(`/proc/self/cwd/${relative(process.cwd(), good)}`)).toBe(IN_CHECKOUT);
  });

  it("is a file, and of a size that one has", async () => {
    const instead = "is not a kubeconfig file; write the path of a kubeconfig, or leave it out to use that of kubectl";
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    for (const path of [pipe, "/dev/zero", folder, file("x".repeat(1024 * 1024 + 1))]) {
      expect(await problemWith(path)).toBe(instead);
    }
  });

  it("is used as it was checked, whatever becomes of the file", async () => {
    const text = yaml.stringify(config);
    const path = file(text);
    expect(await problemWith(path)).toBeUndefined();
    writeFileSync(path, withUser({ exec: { command: "sh" } }));
    expect(readKubeconfig(path)).toBe(text);
  });
});
