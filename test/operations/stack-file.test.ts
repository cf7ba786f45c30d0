import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { stackCommand } from "../../operations/parse-pulumi-args.ts";
import { keepingStackFiles, withoutSalt } from "../../operations/stack-file.ts";
import { secretsOf } from "../../operations/stack-file-changes.ts";

const settings = "config:\n  llm-gateway:platform: local\n";
const salt = "encryptionsalt: v1:AAAA=:v1:BBBB:CCCC==\n";
const secret = "  llm-gateway:providers:\n    openai:\n      apiKey:\n        secure: v1:xyz\n";

it("the repair of a stack file drops a salt that encrypts nothing", () => {
  expect(withoutSalt(settings + salt)).toBe(settings);
  expect(withoutSalt(salt + settings)).toBe(settings);
  expect(withoutSalt(settings)).toBe(settings);
  expect(withoutSalt(`# x\r\nencryptionsalt: v1:AAAA\r\nconfig: {}\r\n`)).toBe("# x\r\nconfig: {}\r\n");
  expect(withoutSalt(settings + salt.trimEnd())).toBe(settings);
});

it("the repair of a stack file keeps the salt that a secret of the file was encrypted with", () => {
  for (const one of [
    secret,
    "  llm-gateway:providers: { openai: { apiKey: { secure: v1:xyz } } }\n",
    '  x: {"secure":"v1:y"}\n',
  ]) {
    expect(withoutSalt(settings + one + salt)).toBe(settings + one + salt);
  }
});

describe("a command of Pulumi", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stack-files-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  /** Runs a command whose part of Pulumi is played by `work`, which is given the file to use. */
  async function run(args: string[], work: (file: string) => Promise<void>): Promise<string[]> {
    let given: string[] = [];
    const command = await stackCommand(args, { folder });
    await keepingStackFiles(command, { folder, env: {} }, async (kept) => {
      given = kept;
      await work(kept[kept.indexOf("--config-file") + 1] ?? "");
    });
    return given;
  }

  const original = () => join(folder, "Pulumi.dev.yaml");

  it("is given a copy of the file, which goes with it, whatever it writes there", async () => {
    await writeFile(original(), settings);
    let copy = "";
    const given = await run(["-v=3", "preview", "--stack", "dev", "--diff"], async (file) => {
      copy = file;
      expect(await readFile(file, "utf8")).toBe(settings);
      await writeFile(file, salt);
    });
    expect(given).toEqual(["-v=3", "preview", "--config-file", copy, "--stack", "dev", "--diff"]);
    expect(existsSync(dirname(copy))).toBe(false);
    expect(await readFile(original(), "utf8")).toBe(settings);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("leaves no copy behind when %s ends it", async (signal) => {
    await writeFile(original(), settings);
    const module = (name: string) => JSON.stringify(join(import.meta.dirname, "../../operations", name));
    const program = `import { stackCommand } from ${module("parse-pulumi-args.ts")};
      import { keepingStackFiles } from ${module("stack-file.ts")};
      const folder = ${JSON.stringify(folder)};
      const command = await stackCommand(["up", "--stack", "dev"], { folder });
      await keepingStackFiles(command, { folder, env: {} }, async (kept) => {
        console.log(kept[kept.indexOf("--config-file") + 1]);
        await new Promise((done) => setTimeout(done, 60_000));
      });`;
    const run = execa(process.execPath, ["--input-type=module-typescript", "--eval", program], { reject: false });
    let copy = "";
    for await (const line of run) {
      copy = line;
      expect(existsSync(copy)).toBe(true);
      run.kill(signal);
    }
    await run;
    expect(copy).toMatch(/Pulumi\.dev\.yaml$/);
    expect(existsSync(dirname(copy))).toBe(false);
  });

  it("is given one of the file that it names, and no other", async () => {
    await writeFile(join(folder, "other.yaml"), "config: {}\n");
    for (const option of [["--config-file", "other.yaml"], ["--config-file=other.yaml"]]) {
      for (const args of [
        ["up", "-s", "dev", ...option],
        [...option, "up", "-s", "dev"],
      ]) {
        const given = await run(args, async (file) => {
          expect(await readFile(file, "utf8")).toBe("config: {}\n");
        });
        expect(given).toEqual(["up", "--config-file", given[2], "-s", "dev"]);
      }
    }
    const words = ["--stack", "dev", "llm-gateway:x", "--", "--config-file", "x"];
    expect((await run(["config", "set", ...words], () => Promise.resolve())).slice(4)).toEqual(words);
  });

  it("keeps what somebody writes into the file in the meantime", async () => {
    await writeFile(original(), settings);
    for (const args of [["up"], ["stack", "output"]]) {
      await run([...args, "--stack", "dev"], () => writeFile(original(), `# ${args.join(" ")}\n${settings}`));
      expect(await readFile(original(), "utf8")).toBe(`# ${args.join(" ")}\n${settings}`);
    }
  });

  it("leaves no file where there was none, and no salt that it noted by the way", async () => {
    await run(["preview", "--stack", "new"], (file) => writeFile(file, salt));
    await run(["stack", "history", "--stack", "new"], () => writeFile(join(folder, "Pulumi.new.yaml"), salt));
    await writeFile(original(), settings);
    await run(["stack", "history", "--stack", "dev"], () => writeFile(original(), salt));
    expect(await readFile(original(), "utf8")).toBe(settings);
    expect(await readdir(folder)).not.toContain("Pulumi.new.yaml");
  });

  it("doesn't begin with a file that can't be read, which would be one without settings", async () => {
    await mkdir(join(folder, "Pulumi.unreadable.yaml"));
    const begun: string[] = [];
    const command = ["up", "--stack", "unreadable"];
    await expect(run(command, (file) => Promise.resolve(void begun.push(file)))).rejects.toThrow("can't be read");
    expect(begun).toEqual([]);
  });
});

it("the secrets of a file are known by where they stand, in lists too", () => {
  const text =
    "config:\n  protect: true\n  openai: {apiKey: {secure: v1:a}, base: null}\n  many: [1, {key: {secure: v1:b}}]\n";
  expect(secretsOf(text)).toEqual({
    "llm-gateway:openai": { apiKey: { secure: "v1:a" } },
    "llm-gateway:many": { 1: { key: { secure: "v1:b" } } },
  });
  expect(secretsOf("")).toEqual({});
});
