import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, it, vi } from "vitest";

import { findPython } from "../../../toolchain/python/interpreter.ts";
import { UserError } from "../../../toolchain/user-error.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llm-gateway-python-"));
  vi.stubEnv("PATH", folder);
  return async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  };
});

const install = (command: string, version: string) =>
  writeFile(join(folder, command), `#!/bin/sh\necho /opt/${command}\necho ${version}\n`, { mode: 0o755 });

it("takes the python3 that is on the PATH", async () => {
  await install("python3", "3.11.7");
  await install("python3.13", "3.13.1");

  expect(await findPython()).toEqual({ path: "/opt/python3", version: "3.11.7" });
});

it("takes another when python3 is too old", async () => {
  await install("python3", "3.9.18");
  await install("python3.10", "3.10.0");

  expect(await findPython()).toEqual({ path: "/opt/python3.10", version: "3.10.0" });
});

it("says what it found when none is right", async () => {
  await install("python3", "3.9.18");
  await install("python3.14", "3.15.0");

  await expect(findPython()).rejects.toThrow(
    new UserError(
      "LiteLLM and Sagewai need Python 3.10 to 3.14, but /opt/python3 is 3.9.18, /opt/python3.14 is 3.15.0. " +
        "Install one, for example with `apt install python3 python3-venv` or `brew install python@3.13`.",
    ),
  );
});

it("says so when there is none", async () => {
  await expect(findPython()).rejects.toThrow(
    "LiteLLM and Sagewai need Python 3.10 to 3.14, but there is no `python3` on the PATH.",
  );
});
