// Pulumi's own launcher of dynamic providers starts a shell besides, and leaves Node.js behind when the engine is killed before
// it has loaded a provider (toolchain/exit-with-engine.ts).
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const server = join(import.meta.dirname, "../../node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js");
// Both look for it there: as if Node.js had been started with the server itself.
process.argv[1] = server;
await import("../exit-with-engine.ts");
await import(pathToFileURL(server).href);
