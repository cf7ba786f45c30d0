import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

import type { SettingsCheck } from "../../config/rules/rule.ts";
import { kubeconfigProblem } from "./kubeconfig-content.ts";

/** Bytes that a kubeconfig has at most. */
const MOST = 1024 * 1024;

type NamedKubeconfig = { text: string } | { problem: string };

/** What each path led to when it was first asked for: what was checked is what is used, whatever becomes of the file. */
const known = new Map<string, NamedKubeconfig>();

/** Text of the kubeconfig that the settings name; `~` is the home folder, as in a shell. */
export function readKubeconfig(path: string): string {
  const named = namedKubeconfig(path);
  if ("problem" in named) throw new Error(`The kubeconfig ${path} ${named.problem}.`);
  return named.text;
}

/** Reports a kubeconfig that isn't there, or that whoever writes a stack file must not have read. */
export const kubeconfigIsThere: SettingsCheck = async ({ platform, kubernetes }) => {
  const seen = kubernetes?.kubeconfig;
  if (platform !== "kubernetes" || seen === undefined) return [];
  const named = namedKubeconfig(seen);
  return "problem" in named ? [{ path: ["kubernetes", "kubeconfig"], seen, message: named.problem }] : [];
};

function namedKubeconfig(path: string): NamedKubeconfig {
  const named = known.get(path) ?? look(path);
  known.set(path, named);
  return named;
}

function look(path: string): NamedKubeconfig {
  const instead = "write the path of a kubeconfig, or leave it out to use that of kubectl";
  const file = resolve(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path);
  let descriptor: number | undefined;
  try {
    // A pipe that nobody writes to would keep the program waiting.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const opened = fstatSync(descriptor);
    if (!opened.isFile() || opened.size > MOST) return { problem: `is not a kubeconfig file; ${instead}` };
    const real = realpathSync(file);
    const named = statSync(real);
    const isSame = named.ino === opened.ino && named.dev === opened.dev;
    if (!isSame || [file, real].some((one) => isInCheckout(one))) return { problem: IN_CHECKOUT };
    const text = readFileSync(descriptor, "utf8");
    const problem = kubeconfigProblem(text);
    return problem === undefined ? { text } : { problem };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { problem: `can't be read (${reason}); ${instead}` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const IN_CHECKOUT =
  "is inside this checkout, where a pull request could change it, and with it what runs on the machine that previews the request; keep it elsewhere, or leave it out to use that of kubectl";

function isInCheckout(file: string): boolean {
  return [CHECKOUT, realpathSync(CHECKOUT)].some((root) => !/^\.\.(\/|$)/.test(relative(root, file)));
}

const CHECKOUT = checkout(join(import.meta.dirname, "..", ".."));

/** What a pull request may change: the repository that this project is in, or the project where there is none. */
function checkout(project: string): string {
  for (let folder = project; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return project;
  }
}
