import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, vi } from "vitest";
import * as yaml from "yaml";

import { stackCommand } from "../../operations/parse-pulumi-args.ts";
import { TestAuthority } from "../tls/authority.ts";

it.each([
  [["up", "--stack", "prod"]],
  [["config", "get", "llm-gateway:protect", "-s=prod"]],
  [["stack", "select", "prod"]],
  [["destroy", "--help"]],
  [["--help"]],
  [[]],
])("npm run pulumi asks for the selected stack nowhere but where it matters: not for %j", async (args) => {
  const selected = vi.fn(() => Promise.resolve("local"));
  await stackCommand(args, { selected });
  expect(selected).not.toHaveBeenCalled();
});

it.each([
  ["up", ["--color", "always", "up", "--message", "destroy"]],
  ["destroy", ["-v=3", "--tracing", "file:trace", "--logtostderr", "destroy", "--yes"]],
  ["preview", ["--emoji", "preview", "--diff"]],
  ["destroy", ["-m", "hello", "destroy"]],
  ["destroy", ["--message", "up", "--parallel=3", "-Q", "destroy", "preview"]],
  ["config", ["config", "get", "llm-gateway:protect"]],
])("npm run pulumi finds the name of the command, %s, behind the options before it", async (name, args) => {
  expect(await stackCommand(args, { selected: () => Promise.resolve("local") })).toMatchObject({
    name,
    stack: "local",
  });
});

it.each([[["--cwd", "../other", "destroy"]], [["destroy", "-C../other"]], [["destroy", "-C=../other"]]])(
  "npm run pulumi refuses to work in another folder, of whose stacks it knows nothing: %j",
  async (args) => {
    await expect(stackCommand(args)).rejects.toThrow(
      "--cwd ../other leads out of this project, the only one whose stack files are known here: leave it out, or run `pulumi` itself.",
    );
  },
);

it("npm run pulumi knows where a variable leads out of the project, and an option that doesn't", async () => {
  const environment = { PULUMI_OPTION_CWD: "/" };
  await expect(stackCommand(["destroy", "-s=prod"], { environment })).rejects.toThrow("--cwd / leads out");
  expect((await stackCommand(["preview", "-s=prod", "--cwd", ".", "-C", `${process.cwd()}/`])).stack).toBe("prod");
});

it.each([
  [["--stack", "prod"]],
  [["--stack=prod"]],
  [["-s", "prod"]],
  [["-sprod"]],
  [["-s=prod"]],
  [["-ys", "prod"]],
  [["-yfs=prod"]],
  [["--stack", "organization/llm-gateway/prod"]],
  [["--stack", "dev", "-s", "prod"]],
])("npm run pulumi knows the stack that is named by %j", async (options) => {
  expect((await stackCommand(["up", ...options], { folder: "/x" })).file).toBe("/x/Pulumi.prod.yaml");
});

it("npm run pulumi reads the authorities of PostgreSQL as the program does, and none that the program would refuse", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stack-files-"));
  const { certificate } = await TestAuthority.create();
  const authorities = async (postgres: unknown) => {
    const config = { "llm-gateway:platform": "kubernetes", "llm-gateway:kubernetes": { postgres } };
    await writeFile(join(folder, "Pulumi.cluster.yaml"), yaml.stringify({ config }));
    return (await stackCommand(["refresh", "--stack", "cluster"], { folder })).authorities;
  };
  expect(await authorities({ caCertificate: `# of the database team\n${certificate}` })).toBe(certificate);
  expect(await authorities({ caCertificate: "ca.pem" })).toBe(undefined);
  expect(await authorities({})).toBe(undefined);
  expect(await authorities("trial")).toBe(undefined);
  await rm(folder, { recursive: true });
});
