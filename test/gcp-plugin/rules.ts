import { setTimeout } from "node:timers/promises";

import type { Method, TestCloud } from "./test-cloud.ts";

/** What a test lets happen to requests. */
export interface Rule {
  /** `compute/Network`; default: any. */
  type?: string;
  /** Name of the resource in the program; default: any. */
  name?: string;
  /** Default: any. */
  method?: Method;
  /** How often; default: always. */
  times?: number;
  /** How long the request takes, in milliseconds. */
  delayMs?: number;
  /** The refusal. */
  error?: string;
  /** Ends the engine with SIGKILL, as a machine that loses power does. */
  kill?: boolean;
  /**
   * `after` lets the cloud do what was asked before the refusal or the end: a create then leaves an object that the engine
   * does not know of. Default: `before`.
   */
  when?: "before" | "after";
}

/** A refusal that a test ordered. */
export class InjectedError extends Error {}

/** Does to a request what the test's rules say. @throws InjectedError */
export async function obey(
  cloud: TestCloud,
  request: { type: string; name: string; method: Method },
  when: "before" | "after",
  signal: AbortSignal,
): Promise<void> {
  for (const { rule, index } of cloud.rules()) {
    if ((rule.when ?? "before") !== when) continue;
    if ((["type", "name", "method"] as const).some((key) => rule[key] !== undefined && rule[key] !== request[key])) {
      continue;
    }
    cloud.hit(index);
    if (rule.delayMs !== undefined) await setTimeout(rule.delayMs, undefined, { signal });
    if (rule.kill === true) {
      process.kill(process.ppid, "SIGKILL");
      throw new InjectedError("the test ended the engine");
    }
    if (rule.error !== undefined) throw new InjectedError(rule.error);
  }
}
