import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { lockedVersion } from "../../../toolchain/python/environment.ts";

const folder = join(import.meta.dirname, "../../../toolchain/python/requirements");
const read = (name: string) => readFile(join(folder, name), "utf8");

describe.each(["clients", "former-clients", "former-litellm", "litellm", "sagewai", "uv"])(
  "the lock file of %s",
  (name) => {
    it("has a hash for every package, and names no package index", async () => {
      const lines = (await read(`${name}.txt`)).trim().split("\n");
      const package_ = /^[\w.-]+==\S+( ; [^;]+)? \\$/;
      const hash = /^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$/;

      expect(lines.filter((line) => !package_.test(line) && !hash.test(line))).toEqual([]);
      expect(lines.filter((line, index) => package_.test(line) && !hash.test(lines[index + 1] ?? ""))).toEqual([]);
    });

    it("pins what its requirements ask for", async () => {
      const asked = (await read(`${name}.in`)).split("\n").filter((line) => /^\w/.test(line));
      const lock = await read(`${name}.txt`);

      expect(asked.map((line) => line.replace(/\[.*\]/, ""))).toEqual(
        asked.map((line) => {
          const [package_ = ""] = line.split(/\[|==/);
          return `${package_}==${lockedVersion(lock, package_)}`;
        }),
      );
    });
  },
);

it("every list of requirements has a lock file", async () => {
  const names = await readdir(folder);

  expect(names.filter((name) => name.endsWith(".txt"))).toEqual(
    names.filter((name) => name.endsWith(".in")).map((name) => name.replace(".in", ".txt")),
  );
});

it("an installation refuses a package that the lock file lacks", () => {
  expect(() => lockedVersion("litellm-proxy-extras==1.0\n", "litellm")).toThrow(
    "The lock file does not pin `litellm`.",
  );
});
