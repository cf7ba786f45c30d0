import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, it } from "vitest";

const run = promisify(execFile);
const module = join(import.meta.dirname, "../../toolchain/cache.ts");

/** A program that wants the folder `thing`, and takes a second to fill it. */
function program(home: string, build = "await sleep(1000); await appendFile(join(folder, 'built'), 'x');"): string {
  const file = join(home, `${Math.random()}.ts`);
  writeFileSync(
    file,
    `import { appendFile } from "node:fs/promises"; import { join } from "node:path";
     import { setTimeout as sleep } from "node:timers/promises";
     const { cached } = await import(${JSON.stringify(module)});
     const build = async (folder) => { await appendFile(${JSON.stringify(join(home, "builds"))}, "x"); ${build} };
     await Promise.all([cached("thing", "Building", build), cached("thing", "Building", build)]);`,
  );
  return file;
}

async function start(home: string, file: string): Promise<string> {
  const { stderr } = await run(process.execPath, [file], { env: { ...process.env, XDG_CACHE_HOME: home } });
  return stderr;
}

it("the cache builds once, for two runs at once and for all that come after", async () => {
  const home = mkdtempSync(join(tmpdir(), "cache-"));
  const said = await Promise.all([start(home, program(home)), start(home, program(home))]);
  expect(said.join()).toContain("Waiting for another run that is at: Building");
  expect(await start(home, program(home))).toBe("");
  expect(await readFile(join(home, "builds"), "utf8")).toBe("x");
  expect(await readdir(join(home, "llm-gateway"))).toEqual(["thing"]);
});

it("the cache starts over after a build that failed or was killed", async () => {
  const home = mkdtempSync(join(tmpdir(), "cache-"));
  const half = "await appendFile(join(folder, 'half'), '');";
  await expect(start(home, program(home, `${half} throw new Error("no network");`))).rejects.toThrow("no network");
  await expect(start(home, program(home, `${half} process.kill(process.pid, "SIGKILL");`))).rejects.toThrow();
  await start(home, program(home));
  expect((await readdir(join(home, "llm-gateway", "thing"))).sort()).toEqual([".complete", "built"]);
});
