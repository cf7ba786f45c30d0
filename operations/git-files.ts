import { existsSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";

import { execa, ExecaError } from "execa";

import { step } from "../toolchain/progress.ts";
import { UserError } from "../toolchain/user-error.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const project = join(import.meta.dirname, "..");

/**
 * Does some work with this project as it is at a commit: in a folder with its files, and with npm's packages, which is gone
 * once the work has ended or failed, also by a signal. Git itself learns nothing of it: no worktree is there that would have to be pruned.
 *
 * @param ref Whatever names a commit for Git: `main`, `origin/main`, `HEAD~2`.
 * @param folder The checkout. Default: this one.
 * @throws {UserError} if there is no such commit here, or if it can't be told which one is meant.
 */
export async function withFilesOf<T>(ref: string, work: (folder: string) => Promise<T>, folder = project): Promise<T> {
  const tree = await treeOf(ref, folder);
  return withTemporaryFolder(async (temporary) => {
    const files = join(temporary, "files");
    await writeFiles(tree, files, { temporary, folder });
    await bringPackages(files, ref, folder);
    return work(files);
  });
}

/** The tree of this project at a commit: of the whole repository, or of the folder that the project is in. */
async function treeOf(ref: string, folder: string): Promise<string> {
  const prefix = await git(folder, "rev-parse", "--show-prefix").catch((error: unknown) => {
    const reason =
      (error as ExecaError).code === "ENOENT" ? "there is no git on the PATH" : "this is not a Git checkout";
    throw new UserError(`\`--from ${ref}\` compares with a commit, and ${reason}: leave it out.`);
  });
  const args = ["-c", "core.warnAmbiguousRefs=true", "rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`];
  const found = await execa("git", args, { cwd: folder, env: { LC_ALL: "C" } }).catch(() => {
    throw new UserError(
      `\`--from ${ref}\`: ${JSON.stringify(ref)} names no commit here. Fetch it (\`git fetch origin main\`, in a pipeline with the whole history), and write a branch, such as origin/main, a tag or a commit.`,
    );
  });
  // Git would take a tag for the branch of the same name, and whoever may push could say with it what a branch is compared with.
  if (found.stderr.includes("is ambiguous")) {
    throw new UserError(
      `\`--from ${ref}\`: a tag and a branch have that name here (\`git for-each-ref | grep ${JSON.stringify(ref)}\`). Delete the one that isn't meant, or write refs/remotes/${ref}.`,
    );
  }
  return `${found.stdout}:${prefix}`;
}

/** By an index of its own: that of the checkout stays as it is. */
async function writeFiles(
  tree: string,
  files: string,
  { temporary, folder }: { temporary: string; folder: string },
): Promise<void> {
  const env = { GIT_INDEX_FILE: join(temporary, "index") };
  const top = await git(folder, "rev-parse", "--show-toplevel");
  await mkdir(files);
  await execa("git", ["read-tree", tree], { cwd: top, env });
  await execa("git", ["checkout-index", "--all", `--prefix=${files}/`], { cwd: top, env });
}

/** Those that are here, if that commit has the same, and otherwise its own. */
async function bringPackages(files: string, ref: string, folder: string): Promise<void> {
  const [here, there] = await Promise.all([folder, files].map((one) => lockOf(one)));
  const packages = join(folder, "node_modules");
  if (here === there && existsSync(packages)) {
    await symlink(packages, join(files, "node_modules"), "junction");
    return;
  }
  const all = ["--include=optional", "--omit=dev", "--loglevel=error", "--no-progress"];
  const { failed, stderr } = await step(`Installing the npm packages of ${ref}`, () =>
    execa("npm", ["ci", ...all], { cwd: files, stdin: "ignore", reject: false }),
  );
  if (failed) {
    throw new UserError(
      `\`--from ${ref}\`: it has other npm packages than this checkout, and they can't be installed:\n${stderr}`,
    );
  }
}

function lockOf(folder: string): Promise<string> {
  return readFile(join(folder, "package-lock.json"), "utf8").catch(() => "");
}

async function git(folder: string, ...args: string[]): Promise<string> {
  return (await execa("git", args, { cwd: folder })).stdout;
}
