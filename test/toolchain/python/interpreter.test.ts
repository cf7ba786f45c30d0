import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { execa } from "execa";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { findPython } from "../../../toolchain/python/interpreter.ts";
import { UserError } from "../../../toolchain/user-error.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "llm-gateway-python-"));
  vi.stubEnv("PATH", folder);
  vi.stubEnv("LLM_GATEWAY_HOME", folder);
  return async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  };
});

const install = (command: string, version: string) =>
  writeFile(join(folder, command), `#!/bin/sh\necho /opt/${command}\necho ${version}\n`, { mode: 0o755 });

it("the search for Python takes the python3 that is on the PATH", async () => {
  await install("python3", "3.11.7");
  await install("python3.13", "3.13.1");

  expect(await findPython()).toEqual({ path: "/opt/python3", version: "3.11.7" });
});

it("the search for Python takes a `python` where there is no other name", async () => {
  await install("python", "3.11.7");
  expect(await findPython()).toEqual({ path: "/opt/python", version: "3.11.7" });
});

describe("the one that was chosen once", () => {
  const chosen = async (name: string, version: string) => {
    const path = join(folder, "chosen", name);
    await mkdir(join(folder, "chosen"), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho ${path}\necho ${version}\n`, { mode: 0o755 });
    return path;
  };

  it("stays, whatever comes first on the PATH later", async () => {
    const path = await chosen("python3", "3.11.7");
    await symlink(path, join(folder, "python3"));
    expect(await findPython()).toEqual({ path, version: "3.11.7" });

    await rm(join(folder, "python3"));
    await install("python3", "3.13.1");
    expect(await findPython()).toEqual({ path, version: "3.11.7" });
  });

  it("is chosen by several at once, which all get it", async () => {
    await install("python3", "3.11.7");
    const found = await Promise.all(Array.from({ length: 20 }, () => findPython()));
    expect(new Set(found.map(({ path }) => path))).toEqual(new Set(["/opt/python3"]));
    expect(await readdir(folder)).toEqual(["python.json", "python3"]);
  });

  it.each([
    ["is gone", (path: string) => rm(path)],
    ["became another one", () => chosen("python3", "3.12.1")],
  ])("is left when it %s", async (_, happens) => {
    const path = await chosen("python3", "3.11.7");
    await symlink(path, join(folder, "python3"));
    await findPython();
    await happens(path);
    await rm(join(folder, "python3"));
    await install("python3", "3.13.1");
    expect(await findPython()).toEqual({ path: "/opt/python3", version: "3.13.1" });
  });
});

describe("a program of the checkout", () => {
  const project = join(import.meta.dirname, "../../..");
  let brought: string;

  beforeEach(async () => {
    await mkdir(join(project, ".gateway"), { recursive: true, mode: 0o700 });
    brought = await mkdtemp(join(project, ".gateway", "brought-"));
    await writeFile(join(brought, "python"), "#!/bin/sh\necho /opt/evil\necho 3.11.7\n", { mode: 0o755 });
    return () => rm(brought, { recursive: true });
  });

  it.each([
    ["itself", () => join(brought, "python")],
    ["by a relative path", () => relative(process.cwd(), join(brought, "python"))],
    ["by a link of the system's", () => join("/proc/self/cwd", relative(process.cwd(), join(brought, "python")))],
  ])("is never run because the checkout's own files name it: %s", async (_, path) => {
    await install("python3", "3.11.7");
    await writeFile(join(folder, "python.json"), JSON.stringify({ path: path(), version: "3.11.7" }));
    expect((await findPython()).path).toBe("/opt/python3");
  });
});

it("the search for Python finds the one below a virtual environment that somebody has activated", async () => {
  vi.unstubAllEnvs();
  vi.stubEnv("LLM_GATEWAY_HOME", folder);
  const { path } = await findPython();
  await rm(join(folder, "python.json"));
  const venv = join(folder, "their venv");
  await execa(path, ["-m", "venv", "--without-pip", venv]);
  vi.stubEnv("PATH", `${join(venv, "bin")}:${process.env["PATH"] ?? ""}`);
  vi.stubEnv("VIRTUAL_ENV", venv);
  expect((await findPython()).path).not.toContain("their venv");
});

it("the search for Python takes another when python3 is too old", async () => {
  await install("python3", "3.9.18");
  await install("python3.10", "3.10.0");

  expect(await findPython()).toEqual({ path: "/opt/python3.10", version: "3.10.0" });
});

it("the search for Python says what it found when none is right", async () => {
  await install("python3", "3.9.18");
  await install("python3.14", "3.15.0");

  await expect(findPython()).rejects.toThrow(
    new UserError(
      "LiteLLM and Sagewai need Python 3.10 to 3.14, but /opt/python3 is 3.9.18, /opt/python3.14 is 3.15.0. " +
        "Install one, for example with `apt install python3 python3-venv` or `brew install python@3.13`.",
    ),
  );
});

it("the search for Python says so when there is none", async () => {
  await expect(findPython()).rejects.toThrow(
    "LiteLLM and Sagewai need Python 3.10 to 3.14, but there is no `python3` on the PATH.",
  );
});
