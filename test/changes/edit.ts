/** The stack files that edits are previewed on: one for each platform, and for gcp one that is protected and one that isn't. */
export type StackName = "local" | "kubernetes" | "prod" | "dev";

/** What people change in a stack file, and what may follow from it. */
export interface Edit {
  /** What it is for: "Raise a project's budget". */
  what: string;
  /** What is written, by its path under `llm-gateway:`; undefined takes it out. A path may name an entry of a list, or "+". */
  set: Record<string, unknown>;
  /** The same for what is encrypted. */
  secrets?: Record<string, string>;
  /** Where a certificate of one's own with its private key is set, and for which host. */
  certificate?: { path: string; host: string };
  /** Where it is tried. */
  on: readonly StackName[];
  /**
   * All that a preview of it may show, in the words of `resources.ts`: cause and effect in one place. What it shows beyond that
   * fails a test, and so does what none of them shows.
   */
  touches: readonly string[];
  /** What the settings must acknowledge on platforms `kubernetes` and `gcp`. Tried without it, too. Default: nothing. */
  acknowledges?: readonly string[];
  /** Where it is refused, acknowledged or not. Default: nowhere. */
  refusedOn?: readonly StackName[];
  /** What a person should know beyond what the preview shows. */
  note?: string;
}

/** Edits of one kind. */
export interface Subject {
  title: string;
  /** What holds for all of them. */
  lead?: string;
  edits: readonly Edit[];
}

/** Every platform, for what concerns all of them alike. */
export const EVERYWHERE = ["local", "kubernetes", "prod"] as const;

/** Platforms with a cluster. */
export const IN_CLUSTERS = ["kubernetes", "prod"] as const;

/** The setting that acknowledges what an update destroys. */
export function acknowledged(...acts: string[]): Record<string, unknown> {
  return { acknowledge: Object.fromEntries(acts.map((act) => [act, "2099-12-31"])) };
}
