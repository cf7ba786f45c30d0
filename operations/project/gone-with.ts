import { isMapping } from "../../config/problems/mapping.ts";
import { projectAlias } from "../../config/schema/projects.ts";
import { valueAt } from "../data-changes.ts";
import { dataOf } from "./file-settings.ts";

/**
 * What goes with a project once the change is brought about, and what stays.
 *
 * @param text The stack file that still has it.
 */
export function goneWith(name: string, text: string): string {
  const project = valueAt(dataOf(text), ["config", "llm-gateway:projects", name]);
  const said = isMapping(project) && typeof project["alias"] === "string" ? { alias: project["alias"] } : {};
  const platform = valueAt(dataOf(text), ["config", "llm-gateway:platform"]);
  const vault = platform === "gcp" ? ", and Secret Manager loses it" : "";
  return `${name} loses its key (${projectAlias(name, said)}) for good: requests with it are answered 401 from then on${vault}.
Sagewai loses its project, with the provider and the limit in it. A project of that name that is added later gets another key. What this one has spent stays in LiteLLM's reports.`;
}
