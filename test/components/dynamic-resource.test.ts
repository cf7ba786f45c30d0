import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

const project = join(import.meta.dirname, "../..");

/** The TypeScript files below a folder of this project, each with its text. */
async function sources(folder: string): Promise<[path: string, text: string][]> {
  const names = await readdir(join(project, folder), { recursive: true });
  const paths = names.filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`);
  return Promise.all(paths.map(async (path) => [path, await readFile(join(project, path), "utf8")] as const));
}

it("names each provider's module by its path, in the module and at the resource", async () => {
  const providers = (await sources("providers")).filter(([, text]) =>
    text.includes("export const provider: Lifecycle<"),
  );
  expect(providers.length).toBeGreaterThan(5);
  for (const [path, text] of providers) {
    expect(/^export interface StateName \{\n {2}module: "(.*)";$/m.exec(text)?.[1], path).toBe(`#${path}`);
  }
  const resources = (await sources("components")).flatMap(
    ([, text]) => text.match(/(?<=: StateName = \{ module: ")[^"]+/g) ?? [],
  );
  expect(resources.sort()).toEqual(providers.map(([path]) => `#${path}`).sort());
});
