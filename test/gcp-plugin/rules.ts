import { setTimeout } from "node:timers/promises";

import type { Method } from "./rule.ts";
import type { TestCloud } from "./test-cloud.ts";

/** A refusal that a test ordered. */
class InjectedError extends Error {}

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
