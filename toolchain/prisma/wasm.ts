import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { DriverAdapter } from "@prisma/driver-adapter-utils";

/** Prisma's query engine in WebAssembly. Requests and responses are JSON texts. */
export interface QueryEngine {
  connect(trace: string): Promise<void>;
  query(request: string, trace: string, transactionId?: string): Promise<string>;
  startTransaction(options: string, trace: string): Promise<string>;
  commitTransaction(id: string, trace: string): Promise<string>;
  rollbackTransaction(id: string, trace: string): Promise<string>;
}

interface QueryEngineOptions {
  /** The text of a schema.prisma. */
  datamodel: string;
  logLevel: "error" | "warn" | "info";
  logQueries: boolean;
}

type QueryEngineConstructor = new (
  options: QueryEngineOptions,
  log: (line: string) => void,
  adapter: DriverAdapter,
) => QueryEngine;

/** The generated bindings of the engine, which @prisma/client ships without types. */
interface Bindings {
  __wbg_set_wasm(exports: object): void;
  QueryEngine: QueryEngineConstructor;
}

/** A global of Node that its types leave to the browser's. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Record<string, object>) => { exports: object };
};

const require = createRequire(import.meta.url);

let loaded: QueryEngineConstructor | undefined;

/** Loads the engine for PostgreSQL that @prisma/client ships, once: its bindings serve a single instance. */
export function loadQueryEngine(): QueryEngineConstructor {
  return (loaded ??= load());
}

function load(): QueryEngineConstructor {
  const bindings = require("@prisma/client/runtime/query_engine_bg.postgresql.js") as Bindings;
  const bytes = readFileSync(require.resolve("@prisma/client/runtime/query_engine_bg.postgresql.wasm"));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { "./query_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  return bindings.QueryEngine;
}
