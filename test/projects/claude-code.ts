import { join } from "node:path";

import { execa } from "execa";

import { cached } from "../../toolchain/cache.ts";
import { installed } from "./page.ts";

const PACKAGE = "@anthropic-ai/claude-code";

/** The version that docs/projects.md has people install. */
const claudeCodeVersion =
  installed
    .find((one) => one.startsWith(`${PACKAGE}@`))
    ?.split("@")
    .at(-1) ?? "";

/**
 * The folder with the program `claude` of the version that the page names. It is 400 MB, one for each kind of machine, and only
 * this test runs it: so it is no dependency of this project, but in the cache.
 */
export async function claudeCode(): Promise<string> {
  const { platform, arch } = process;
  const name = `${PACKAGE}-${platform}-${arch}`;
  const folder = await cached(
    `claude-code-${claudeCodeVersion}-${platform}-${arch}`,
    `Installing Claude Code ${claudeCodeVersion} from npm`,
    async (target) => {
      const options = ["--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"];
      await execa("npm", ["install", ...options, "--prefix", target, `${name}@${claudeCodeVersion}`], { cwd: target });
    },
  );
  return join(folder, "node_modules", name);
}
