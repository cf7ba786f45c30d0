import { expect, it } from "vitest";

import { installerEnvironment } from "../../../toolchain/python/installer-environment.ts";

it.each([
  ["PIP_REQUIRE_VIRTUALENV", "1"],
  ["PIP_USER", "1"],
  ["PIP_TARGET", "/elsewhere"],
  ["PIP_NO_BINARY", ":all:"],
  ["UV_PYTHON", "3.14"],
  ["UV_NO_BINARY", "1"],
  ["UV_SYSTEM_PYTHON", "1"],
  ["PYTHONPATH", "/their/modules"],
  ["PYTHONHOME", "/their/python"],
  ["VIRTUAL_ENV", "/their/venv"],
])("the installer's environment lets nobody's %s steer an installation", (name, value) => {
  expect(installerEnvironment({ PATH: "/bin", [name]: value })[name]).not.toBe(value);
});

it.each([
  "PIP_INDEX_URL",
  "PIP_EXTRA_INDEX_URL",
  "PIP_CERT",
  "PIP_PROXY",
  "UV_DEFAULT_INDEX",
  "UV_INDEX",
  "HTTPS_PROXY",
])("the installer's environment keeps %s, which leads to the packages", (name) => {
  expect(installerEnvironment({ [name]: "a" })).toMatchObject({ [name]: "a" });
});

it("the installer's environment takes back what pip's files say", () => {
  expect(installerEnvironment({})).toMatchObject({ PIP_USER: "0", PIP_REQUIRE_VIRTUALENV: "0" });
});
