import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";

import { FURTHER_LICENSED } from "../../config/litellm/licensed-names.ts";
import { KNOWN_NAMES } from "../../config/litellm/known-names.ts";
import { knownNamesDocument, knownNamesFile } from "../../operations/inventory/known-names.ts";
import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import { litellmRuntime } from "../../toolchain/python/runtime.ts";

/** LiteLLM's environment may have to be installed first, and its source is read as a whole. */
const PATIENCE = 600_000;

it("lists what the installed LiteLLM knows; `npm run inventory` writes it", { timeout: PATIENCE }, async () => {
  const document = await knownNamesDocument();

  expect(JSON.parse(document)).toEqual(KNOWN_NAMES);
  expect(await readFile(knownNamesFile, "utf8")).toBe(document);
});

it("sorts out names as its unit tests say", { timeout: PATIENCE }, async () => {
  const python = join(await pythonEnvironment("litellm"), "bin", "python");
  const { all, exitCode } = await execa(python, ["-B", join(import.meta.dirname, "inventory_test.py")], {
    all: true,
    reject: false,
  });

  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(Number(/Ran (\d+) tests/.exec(all)?.[1])).toBeGreaterThan(8);
});

describe("without an Enterprise licence, LiteLLM", () => {
  let said: Record<string, string>;

  beforeAll(async () => {
    const venv = await pythonEnvironment("litellm");
    const program = join(import.meta.dirname, "licensed_says.py");
    const env = { ...litellmRuntime(venv), LITELLM_LICENSE: undefined, HTTPS_PROXY: "http://127.0.0.1:9" };
    const { stdout } = await execa(join(venv, "bin", "python"), [program, JSON.stringify(KNOWN_NAMES.licensed)], {
      env,
    });
    said = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Record<string, string>;
  }, PATIENCE);

  /** What only more of a running proxy could show: `allowed_routes` works all the same, with an error in the log. */
  const NOT_TRIED = ["allow_dynamic_callback_disabling", "allowed_routes", "audit_log_callbacks", "enable_jwt_auth"];

  it("is asked for each name of the inventory, and for those that are listed by hand", () => {
    const further = Object.values(FURTHER_LICENSED).flatMap((names) => Object.keys(names));
    const licensed = [...Object.values(KNOWN_NAMES.licensed).flat(), ...further].sort();

    expect(said["nothing"]).toBe("answers loaded");
    expect([...Object.keys(said).filter((name) => name !== "nothing"), ...NOT_TRIED].sort()).toEqual(licensed);
  });

  it("refuses most of them by saying that they need a licence, or LiteLLM's own image", () => {
    const refused = Object.entries(said).filter(([, answer]) => answer.startsWith("refuses: "));
    const otherwise = refused.filter(
      ([, answer]) => !/enterprise|premium user|only available on the Docker image/i.test(answer),
    );

    expect(otherwise).toEqual([]);
  });

  it("goes on with the others as if they weren't there", () => {
    const answered = Object.entries(said).filter(
      ([name, answer]) => name !== "nothing" && answer.startsWith("answers "),
    );

    expect(Object.fromEntries(answered)).toEqual({
      admin_only_routes: "answers None",
      max_request_size_mb: "answers True",
      max_response_size_mb: "answers True",
      public_routes: "answers False",
      store_audit_logs: "answers 0",
    });
  });
});
