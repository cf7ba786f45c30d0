// Node.js loads this before every program and plugin (`--import`, in environment.ts). Pulumi's SDK begins with the TypeScript
// compiler and its automation API, 10 MB of code that no run here calls: the compiler writes functions into the state, which
// has names of modules here (providers/shell.ts). So both are loaded when somebody first asks for something of them.
import Module, { createRequire } from "node:module";

const require = createRequire(import.meta.url);

for (const part of ["typescript-shim.js", "automation/index.js"]) {
  const file = require.resolve(`@pulumi/pulumi/${part}`);
  const load = () => {
    Reflect.deleteProperty(require.cache, file);
    return require(file) as Record<string | symbol, unknown>;
  };
  let loaded: ReturnType<typeof load> | undefined;
  const late = new Module(file);
  late.exports = new Proxy({}, { get: (_, name) => name === "__esModule" || (loaded ??= load())[name] });
  late.loaded = true;
  require.cache[file] = late;
}
