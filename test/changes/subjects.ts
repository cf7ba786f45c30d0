import { access } from "./access.ts";
import { budgets } from "./budgets.ts";
import type { Edit, StackName, Subject } from "./edit.ts";
import { foundations } from "./foundations.ts";
import { models } from "./models.ts";
import { pools } from "./pools.ts";
import { projects } from "./projects.ts";
import { sizes } from "./sizes.ts";

/** The typical edits of a stack's settings, in the order of docs/changes.md. */
export const SUBJECTS: readonly Subject[] = [projects, budgets, models, pools, sizes, access, foundations];

/** Those that are tried on a stack. */
export function editsOn(stack: StackName): Edit[] {
  return SUBJECTS.flatMap(({ edits }) => edits.filter(({ on }) => on.includes(stack)));
}
