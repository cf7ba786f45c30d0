import { didYouMean } from "../problems/did-you-mean.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { isAllowed } from "./allowed-models.ts";
import type { SettingsDraft } from "./rule.ts";

/** A key's holder, as far as it is well-formed. */
interface HolderDraft {
  models?: (string | undefined)[] | undefined;
  softAction?: "warn" | "throttle" | "stop" | undefined;
  softFallback?: (string | undefined)[] | undefined;
}

/** What agents fall back to at their soft budget has to be something that their key may use. */
export function fallbacksAreUsable({ projects = {}, pools = {} }: SettingsDraft): SettingsProblem[] {
  const sections: Record<string, Record<string, HolderDraft | undefined>> = { projects, pools };
  return Object.entries(sections).flatMap(([section, holders]) =>
    Object.entries(holders).flatMap(([name, holder = {}]) =>
      problemsOf(holder).map(({ path, ...problem }) => ({ path: [section, name, ...path], ...problem })),
    ),
  );
}

function problemsOf({ softAction = "stop", softFallback, models = [] }: HolderDraft): SettingsProblem[] {
  if (softFallback === undefined) {
    if (softAction !== "throttle") return [];
    const message = "needs models to go on with; name a cheaper one under softFallback";
    return [{ path: ["softAction"], seen: softAction, message }];
  }
  if (softAction !== "throttle") {
    return [{ path: ["softFallback"], message: "is only for softAction: throttle; write that, or leave it out" }];
  }
  const own = models.filter((model) => model !== undefined);
  return softFallback.flatMap((model, index) => {
    if (model === undefined || own.some((one) => isAllowed(one, model))) return [];
    const message = `is not one of its models; write one of ${own.join(", ")}${didYouMean(model, own)}`;
    return [{ path: ["softFallback", index], seen: model, message }];
  });
}
