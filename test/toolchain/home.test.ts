import { mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, it, vi } from "vitest";

import { gatewayHome } from "../../toolchain/gateway-home.ts";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "llm-gateway-home-")));
  await mkdir(join(folder, "disk"));
  await symlink(join(folder, "disk"), join(folder, "link"));
  return async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  };
});

it.each([
  ["a link", "link", "disk"],
  ["a folder that is yet to be made below a link", "link/gateway/home", "disk/gateway/home"],
  ["a folder", "disk", "disk"],
])("the gateway home is the same folder when LLM_GATEWAY_HOME is %s", (_, said, expected) => {
  vi.stubEnv("LLM_GATEWAY_HOME", join(folder, said));
  expect(gatewayHome()).toBe(join(folder, expected));
});
