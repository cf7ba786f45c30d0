// Each provider's module has this import. Pulumi's own launcher of dynamic providers starts a shell, which starts Node.js, and
// the latter has no way to learn that the engine was killed: with 150 MB it would serve nobody until the machine's next start.
// The engine holds the other end of standard input, so that the input's end is the engine's, even after `kill -9`.
import { fstatSync } from "node:fs";

/** The process that Pulumi serves dynamic providers with, and no program or test that a module is loaded by. */
const isDynamicProvider = /[\\/]cmd[\\/]dynamic-provider[\\/]/.test(process.argv[1] ?? "");
const input = fstatSync(0);
if (isDynamicProvider && (input.isFIFO() || input.isSocket())) {
  process.stdin
    .on("close", () => process.exit())
    .on("error", () => process.exit())
    .resume();
  // That is how an engine that is done ends it. Without a listener Node.js would end on the spot, and not keep what it has
  // compiled (NODE_COMPILE_CACHE), so that each run would compile all of this project's providers.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit());
}
