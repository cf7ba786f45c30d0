import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";

import { expect, it } from "vitest";

const project = join(import.meta.dirname, "../..");

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies?: Record<string, string>;
}

async function manifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(project, folder, "package.json"), "utf8")) as Manifest;
}

/** The npm packages that the toolchain's sources import or look for. */
async function imported(): Promise<Set<string>> {
  const folder = join(project, "toolchain");
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const found = texts.flatMap((text) => [
    ...text.matchAll(/^(?:import|\}).* (?:from )?"(@[\w-]+\/[\w-]+|[\w-]+)(?:\/[^"]*)?";$/gm),
    ...text.matchAll(/await import\("(@[\w-]+\/[\w-]+|[\w-]+)(?:\/[^"]*)?"\)/g),
    ...text.matchAll(/resolve\("(@[\w-]+\/[\w-]+|[\w-]+)\/[^"]*"\)/g),
  ]);
  return new Set(found.map(([, name = ""]) => name).filter((name) => !isBuiltin(name)));
}

it("names in the toolchain's package.json exactly the packages that it uses", async () => {
  expect(Object.keys((await manifest("toolchain")).dependencies).sort()).toEqual([...(await imported())].sort());
});

it("pins the packages that both use to one version", async () => {
  const { dependencies, devDependencies } = await manifest(".");
  const others = { ...dependencies, ...devDependencies };
  for (const [name, version] of Object.entries((await manifest("toolchain")).dependencies)) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(others[name] ?? version, name).toBe(version);
  }
});
