import { homedir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { pythonEnvironment } from "../../toolchain/python/environment.ts";
import type { User } from "../sagewai/test-sagewai.ts";

const NOBODY = 65534;

/** In a mount namespace of its own: shows a home that only root enters, with these folders and nothing else in it. */
const ENTER = `
set -e
root=/mnt home=$1 python=$2 environment=$3 uid=$4; shift 4
mount -t tmpfs -o mode=755 home "$root"
for folder in "$python" "$environment"; do mkdir -p "$root$folder"; mount --bind "$folder" "$root$folder"; done
mount --rbind "$root$home" "$home"
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups --inh-caps=-all --bounding-set=-all "$@"
`;

/**
 * Who may run a worker in a test: who runs the test, and if that is root, an ordinary user as well. That one finds
 * Sagewai's Python environment in a mount namespace of its own, since root's cache is for root only. In a container,
 * root needs the capability SYS_ADMIN for it.
 */
export async function users(): Promise<Record<string, User | undefined>> {
  if (process.getuid?.() !== 0) return { "an ordinary user": undefined };
  const environment = await pythonEnvironment("sagewai");
  const { stdout: python } = await execa(join(environment, "bin", "python"), [
    "-c",
    "import sys; print(sys.base_prefix)",
  ]);
  const enter = ["unshare", "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh"];
  const become = [...enter, homedir(), python, environment, String(NOBODY)];
  return { "an ordinary user": { uid: NOBODY, become }, root: undefined };
}
