import { execa } from "execa";
import { expect, it } from "vitest";

import { pythonEnvironment } from "../../../toolchain/python/environment.ts";
import { litellmRuntime, sagewaiRuntime } from "../../../toolchain/python/runtime.ts";

it("the toolchain has LiteLLM and Sagewai, each in an environment of its own, made at the same time if they are missing", async () => {
  const [litellm, sagewai] = await Promise.all([pythonEnvironment("litellm"), pythonEnvironment("sagewai")]);

  const version = async (env: Record<string, string>, name: string) => {
    const code = `import importlib.metadata as m, sys; print(sys.prefix, m.version("${name}"))`;
    return (await execa("python", ["-c", code], { env })).stdout;
  };
  expect(await version(litellmRuntime(litellm), "litellm")).toBe(`${litellm} 1.108.6`);
  expect(await version(sagewaiRuntime(sagewai), "sagewai")).toBe(`${sagewai} 1.0.1`);
});

it("the toolchain has LiteLLM's database client generated", async () => {
  const env = litellmRuntime(await pythonEnvironment("litellm"));
  const code = "from prisma import Prisma; print(Prisma().litellm_verificationtoken.__class__.__name__)";

  expect((await execa("python", ["-c", code], { env })).stdout).toBe("LiteLLM_VerificationTokenActions");
});

it("the database client of LiteLLM loads no type that relates two tables, and every name that LiteLLM's code could ask for", async () => {
  const env = litellmRuntime(await pythonEnvironment("litellm"));
  const code = [
    "from prisma import types, actions, models",
    "classes = [name for name, one in vars(types).items() if isinstance(one, type)]",
    "print(len(classes), hasattr(types, 'LiteLLM_TeamTableInclude'), hasattr(types, 'FindManyLiteLLM_TeamTableArgs'))",
  ].join("\n");

  const [classes, ...named] = (await execa("python", ["-c", code], { env })).stdout.split(" ");
  expect(Number(classes)).toBeLessThan(10_000);
  expect(named).toEqual(["True", "True"]);
});

it("the environment of LiteLLM collects garbage seldom while it is loaded, and that of Sagewai as Python does", async () => {
  const threshold = async (env: Record<string, string>) =>
    Number((await execa("python", ["-c", "import gc; print(gc.get_threshold()[0])"], { env })).stdout);
  expect(await threshold(litellmRuntime(await pythonEnvironment("litellm")))).toBe(50_000);
  expect(await threshold(sagewaiRuntime(await pythonEnvironment("sagewai")))).toBeLessThan(5_000);
});
