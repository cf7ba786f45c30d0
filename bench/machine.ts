import { cpus, loadavg, totalmem } from "node:os";

import type { Results } from "./results.ts";

/** The machine that this runs on, and how busy it is. */
export function machine(): Results["machine"] {
  const [first] = cpus();
  return {
    processors: cpus().length,
    model: first?.model.trim() ?? "processor",
    gigabytes: Math.round(totalmem() / 1e9),
    load: loadavg()[0] ?? 0,
  };
}
