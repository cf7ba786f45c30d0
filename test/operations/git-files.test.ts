import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { withFilesOf } from "../../operations/git-files.ts";

let repository: string;

const git = (...args: string[]) =>
  execa("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: repository });

async function commit(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(repository, name), text);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "a commit");
}

beforeEach(async () => {
  repository = await realpath(await mkdtemp(join(tmpdir(), "a repository-")));
  await git("init", "--quiet", "--initial-branch", "main");
  await writeFile(join(repository, ".gitignore"), "node_modules\n");
  await commit({ "package-lock.json": "{}", "Pulumi.dev.yaml": "before" });
  await mkdir(join(repository, "node_modules"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(repository, { recursive: true });
});

it("gives the files of a commit with this checkout's packages, and leaves nothing of them, nor a trace in Git", async () => {
  await writeFile(join(repository, "Pulumi.dev.yaml"), "after");
  await writeFile(join(repository, "not-in-git"), "");
  const index = await readFile(join(repository, ".git/index"));
  const seen = await withFilesOf(
    "main",
    async (folder) => {
      expect(await readFile(join(folder, "Pulumi.dev.yaml"), "utf8")).toBe("before");
      expect(await readdir(folder)).toEqual([".gitignore", "Pulumi.dev.yaml", "node_modules", "package-lock.json"]);
      expect(await realpath(join(folder, "node_modules"))).toBe(join(repository, "node_modules"));
      return folder;
    },
    repository,
  );
  expect(existsSync(join(seen, ".."))).toBe(false);
  expect(await readFile(join(repository, "Pulumi.dev.yaml"), "utf8")).toBe("after");
  expect(await readFile(join(repository, ".git/index"))).toEqual(index);
  expect(existsSync(join(repository, ".git/worktrees"))).toBe(false);
  expect(existsSync(join(repository, "node_modules"))).toBe(true);
});

it("leaves nothing of them when the work fails", async () => {
  let seen = "";
  const work = withFilesOf("HEAD", (folder) => Promise.reject(new Error((seen = folder))), repository);
  await expect(work).rejects.toThrow(/files$/);
  expect(existsSync(join(seen, ".."))).toBe(false);
});

it.each(["SIGTERM", "SIGHUP"] as const)("leaves nothing of them when %s ends it", async (signal) => {
  const module = join(import.meta.dirname, "../../operations/git-files.ts");
  const program = `import { withFilesOf } from ${JSON.stringify(module)};
    await withFilesOf("main", async (folder) => { console.log(folder); await new Promise((done) => setTimeout(done, 60_000)); }, ${JSON.stringify(repository)});`;
  const run = execa(process.execPath, ["--input-type=module-typescript", "--eval", program], { reject: false });
  let folder = "";
  for await (const line of run) {
    folder = line;
    run.kill(signal);
  }
  expect(folder).toMatch(/files$/);
  expect((await run).exitCode).toBe(signal === "SIGTERM" ? 143 : 129);
  expect(existsSync(join(folder, ".."))).toBe(false);
});

it("gives the folder that the project is in, where the repository has more than it", async () => {
  const inside = join(repository, "infra");
  await mkdir(join(inside, "node_modules"), { recursive: true });
  await writeFile(join(inside, "package-lock.json"), "{}");
  await commit({ "infra/Pulumi.dev.yaml": "inside" });
  const work = (folder: string) => readFile(join(folder, "Pulumi.dev.yaml"), "utf8");
  expect(await withFilesOf("HEAD", work, inside)).toBe("inside");
});

it("installs the packages of a commit that has others, and says what npm says if that fails", async () => {
  const bin = join(repository, "node_modules", ".bin");
  await mkdir(bin);
  const npm = join(bin, "npm");
  await writeFile(
    npm,
    '#!/bin/sh\n[ "$1" = ci ] && [ -f package-lock.json ] && mkdir node_modules && pwd > node_modules/here\n',
  );
  await chmod(npm, 0o755);
  vi.stubEnv("PATH", `${bin}${delimiter}${process.env["PATH"] ?? ""}`);
  await writeFile(join(repository, "package-lock.json"), "{ }");
  await withFilesOf(
    "main",
    async (folder) => {
      expect((await readFile(join(folder, "node_modules/here"), "utf8")).trim()).toBe(await realpath(folder));
    },
    repository,
  );
  await writeFile(npm, "#!/bin/sh\necho there is no registry >&2\nexit 1\n");
  await expect(withFilesOf("main", () => Promise.resolve(), repository)).rejects.toThrow(
    "`--from main`: it has other npm packages than this checkout, and they can't be installed:\nthere is no registry",
  );
});

it.each(["nowhere", "--help", "main:Pulumi.dev.yaml", ""])("says that %j names no commit", async (ref) => {
  await expect(withFilesOf(ref, () => Promise.resolve(), repository)).rejects.toThrow(
    `\`--from ${ref}\`: ${JSON.stringify(ref)} names no commit here.`,
  );
});

it("takes no tag for the branch that it has the name of", async () => {
  await git("update-ref", "refs/remotes/origin/main", "HEAD");
  await commit({ "Pulumi.dev.yaml": "of whoever may push a tag" });
  await git("tag", "origin/main");
  const text = (folder: string) => readFile(join(folder, "Pulumi.dev.yaml"), "utf8");
  await expect(withFilesOf("origin/main", text, repository)).rejects.toThrow(
    "`--from origin/main`: a tag and a branch have that name here",
  );
  expect(await withFilesOf("refs/remotes/origin/main", text, repository)).toBe("before");
});

it("says that a folder is not a Git checkout", async () => {
  const folder = await mkdtemp(join(tmpdir(), "no-repository-"));
  vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
  await expect(withFilesOf("main", () => Promise.resolve(), folder)).rejects.toThrow(
    "`--from main` compares with a commit, and this is not a Git checkout: leave it out.",
  );
  await rm(folder, { recursive: true });
});
