// Node.js loads this before every program and plugin (`--import`, in environment.ts): it makes Pulumi's SDK do less. Parts of
// it that few runs need are loaded when somebody first asks for something of them, and what is answered here loads nothing.
import Module, { createRequire } from "node:module";

type Exports = Record<string | symbol, unknown>;

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
const nothing = () => Promise.resolve();

/** What the SDK asks of a part at its start, without need of an answer, by the part. */
const PARTS: Record<string, Exports> = {
  // 10 MB of code that no run here calls: the compiler writes functions into the state, which has names of modules here
  // (providers/shell.ts).
  "@pulumi/pulumi/typescript-shim.js": {},
  "@pulumi/pulumi/automation/index.js": {},
  // Starts Node.js's debugger, which those functions are read with; from then on each module takes longer to load.
  "@pulumi/pulumi/runtime/closure/v8Hooks.js": { isInitializedAsync: nothing },
  // Looks up the lines of the SDK's own TypeScript at each promise. Node.js runs this project's as it is.
  "source-map-support/register.js": {},
  // The SDK tells the engine each value that it sends and gets, secrets too, in over a hundred messages, whether or not
  // anybody will see them.
  ...(process.env["LLM_GATEWAY_DEBUG"] === undefined && { "@pulumi/pulumi/log/index.js": { debug: nothing } }),
};

for (const [part, answers] of Object.entries(PARTS)) {
  const file = require.resolve(part);
  const load = () => {
    Reflect.deleteProperty(require.cache, file);
    return require(file) as Exports;
  };
  let loaded: Exports | undefined;
  const late = new Module(file);
  const get = (_: object, name: string | symbol) =>
    name === "__esModule" || (answers[name] ?? (loaded ??= load())[name]);
  late.exports = new Proxy({}, { get });
  late.loaded = true;
  require.cache[file] = late;
}
