import type { Policies } from "../config/schema/policies.ts";
import type { Resource } from "./resource.ts";

/** What rules know besides resources. */
export interface Given extends Pick<Policies, "budgetCeiling" | "leastMargin" | "longestKeyLife" | "labels"> {
  /** The platform of the stack; undefined for one that isn't this project's. */
  platform: string | undefined;
}

/** Something that must hold of every stack. Its name is in `config/schema/policy-rules.ts`, with its levels. */
export interface Rule {
  /** What must hold, and why, in one sentence. */
  why: string;
  /** Who says so: a URL. */
  source: string;
  /** The resource types that it looks at. */
  types: RegExp;
  /** What is wrong with a resource, and what to write instead; asked of each before anything of it is touched. */
  judge?: (given: Given) => (resource: Resource) => string[];
  /** The same of all resources together, which is known at the end of a preview or update. */
  judgeAll?: (given: Given) => (resources: Resource[]) => Fault[];
}

/** What is wrong with one resource among all. */
export interface Fault {
  urn: string;
  text: string;
}
