import { didYouMean } from "../problems/did-you-mean.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { isAllowed } from "./allowed-models.ts";
import type { SettingsDraft } from "./rule.ts";

/** What a project's agents in Sagewai use by default has to be something that its key may use. */
export function defaultModelsAreUsable({ projects = {} }: SettingsDraft): SettingsProblem[] {
  return Object.entries(projects).flatMap(([name, project]) => {
    const seen = project?.defaultModel;
    const own = (project?.models ?? []).filter((model) => model !== undefined);
    // Without a model that is well-formed, that is what is wrong.
    if (seen === undefined || own.length === 0) return [];
    const path = ["projects", name, "defaultModel"];
    if (seen.includes("*")) return [{ path, seen, message: "is a pattern; write one model that it stands for" }];
    if (own.some((model) => isAllowed(model, seen))) return [];
    const message = `is not one of its models; write one of ${own.join(", ")}${didYouMean(seen, own)}`;
    return [{ path, seen, message }];
  });
}
