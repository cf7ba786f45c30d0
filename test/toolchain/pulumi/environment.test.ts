import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { passphraseFile } from "../../../toolchain/pulumi/environment.ts";
import { BROUGHT, isNewEnough } from "../../../toolchain/pulumi/cli.ts";
import { canDownload } from "../../../toolchain/pulumi/downloads.ts";
import { pluginEnvironment } from "../../../toolchain/pulumi/plugins.ts";
import { UserError } from "../../../toolchain/user-error.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "environment-"));
  vi.stubEnv("LLM_GATEWAY_OFFLINE", "1");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe("passphraseFile", () => {
  it("is made once, for its owner alone", async () => {
    const home = join(folder, "home");
    const file = await passphraseFile(home);
    const passphrase = await readFile(file, "utf8");
    expect(passphrase).toMatch(/^[\w-]{43}$/);
    expect([await mode(home), await mode(file)]).toEqual(["700", "600"]);
    await passphraseFile(home);
    expect(await readFile(file, "utf8")).toBe(passphrase);
  });

  it("is not made again while there are stacks, of which another one would open none", async () => {
    const stacks = join(folder, "state", ".pulumi", "stacks", "llm-gateway");
    await mkdir(stacks, { recursive: true });
    await writeFile(join(stacks, "local.json.bak"), "{}");
    const file = await passphraseFile(folder);
    await writeFile(join(stacks, "local.json"), "{}");
    expect(await passphraseFile(folder)).toBe(file);
    await rm(file);
    await expect(passphraseFile(folder)).rejects.toThrow(
      `${file} is gone, the passphrase that the secrets of this checkout's stacks are encrypted with`,
    );
  });

  it("is one for all runs that start at once", async () => {
    const program = `import { passphraseFile } from ${JSON.stringify(import.meta.resolve("../../../toolchain/pulumi/environment.ts"))};
      import { readFileSync } from "node:fs";
      console.log(readFileSync(await passphraseFile(${JSON.stringify(folder)}), "utf8"));`;
    const runs = Array.from({ length: 6 }, () => execa("node", ["--input-type=module", "--eval", program]));
    const passphrases = (await Promise.all(runs)).map(({ stdout }) => stdout);
    expect(new Set(passphrases).size).toBe(1);
  }, 60_000);
});

describe("isNewEnough", () => {
  it.each([
    ["v3.255.0", true],
    ["v3.270.1", true],
    ["3.256.0-dev.0", true],
    ["v3.254.9", false],
    ["v2.300.0", false],
    ["v4.0.0", false],
    ["", false],
  ])("%j: %s", (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});

describe("canDownload", () => {
  it("asks nobody when LLM_GATEWAY_OFFLINE is 1", async () => {
    await expect(canDownload("http://127.0.0.1:1/x")).rejects.toThrow(
      "127.0.0.1:1 is not asked: LLM_GATEWAY_OFFLINE is 1",
    );
  });

  it("says why a host can't be reached", async () => {
    vi.stubEnv("LLM_GATEWAY_OFFLINE", "");
    await expect(canDownload("http://127.0.0.1:2/x")).rejects.toThrow(
      "127.0.0.1:2 can't be reached: connect ECONNREFUSED 127.0.0.1:2",
    );
  });
});

describe("pluginEnvironment", () => {
  it("refuses a stack whose plugin can't be had and has no stand-in, and says what to do", async () => {
    vi.stubEnv("PULUMI_HOME", folder);
    const refusal = pluginEnvironment(["gcp"]);
    await expect(refusal).rejects.toThrow(UserError);
    await expect(refusal).rejects.toThrow(
      /needs the Pulumi plugin gcp \d+\.\d+\.\d+, .* get\.pulumi\.com is not asked: .*`pulumi plugin install resource gcp /,
    );
  });

  it("leaves everything as it is where the official plugins are installed", async () => {
    const manifest = new URL("../../../node_modules/@pulumi/random/package.json", import.meta.url);
    const { pulumi } = JSON.parse(await readFile(manifest, "utf8")) as { pulumi: { version: string } };
    const plugin = join(folder, "plugins", `resource-random-v${pulumi.version}`);
    await mkdir(plugin, { recursive: true });
    await writeFile(join(plugin, "pulumi-resource-random"), "");
    vi.stubEnv("PULUMI_HOME", folder);
    expect(await pluginEnvironment(["random"])).toEqual({});
  });
});

describe("pulumiCli", () => {
  it("brings the release of the SDK, by each way", async () => {
    const sdk = new URL("../../../node_modules/@pulumi/pulumi/package.json", import.meta.url);
    expect(JSON.parse(await readFile(sdk, "utf8"))).toMatchObject({ version: BROUGHT });
    const module = new URL("../../../toolchain/pulumi/go/go.mod", import.meta.url);
    expect(await readFile(module, "utf8")).toContain(`require github.com/pulumi/pulumi/pkg/v3 v${BROUGHT}\n`);
  });

  it("says for each way why it failed", async () => {
    const program = `import { pulumiCli } from ${JSON.stringify(import.meta.resolve("../../../toolchain/pulumi/cli.ts"))};
      await pulumiCli().catch((error) => console.log(error.name + ": " + error.message));`;
    const old = join(folder, "pulumi");
    await writeFile(old, "#!/bin/sh\necho v3.100.0\n", { mode: 0o755 });
    const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", program], {
      env: { PATH: folder, XDG_CACHE_HOME: folder },
    });
    expect(stdout.split("\n")).toEqual([
      "UserError: There is no Pulumi CLI, and none could be brought:",
      `  - on PATH: ${old} is version v3.100.0, older than 3.255.0`,
      "  - official installer: get.pulumi.com is not asked: LLM_GATEWAY_OFFLINE is 1",
      "  - build from Go modules: there is no go on PATH",
      expect.stringContaining("Install the Pulumi CLI 3.255.0 or newer") as string,
    ]);
  });
});
