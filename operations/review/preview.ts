import * as z from "zod";

import { UserError } from "../../toolchain/user-error.ts";
import { type Violation, violationsIn } from "./violations.ts";

const state = z.object({ inputs: z.record(z.string(), z.unknown()).default({}) });

const reasons = z.array(z.string()).nullish();

/** What `pulumi preview --json` prints; every secret in it is blinded already. */
const digest = z.object({
  config: z.record(z.string(), z.unknown()).default({}),
  steps: z
    .array(
      z.object({
        ...{ op: z.string(), urn: z.string(), oldState: state.optional(), newState: state.optional() },
        ...{ diffReasons: reasons, replaceReasons: reasons },
      }),
    )
    .default([]),
  diagnostics: z.array(z.object({ message: z.string(), severity: z.string() })).default([]),
});

type Step = z.output<typeof digest>["steps"][number];

/** What becomes of a resource. */
export type Operation = "create" | "update" | "replace" | "delete" | "same";

/** A resource in a preview, with its inputs before and after. */
export interface ResourceChange {
  operation: Operation;
  urn: string;
  /** `gcp:sql/databaseInstance:DatabaseInstance`. */
  type: string;
  name: string;
  /** Names of the properties for which something becomes of it, sorted. */
  reasons: string[];
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/** A preview of a stack, as the engine tells it. */
export interface Preview {
  /** The stack's settings by full key, as text; `[secret]` where they are encrypted. */
  config: Record<string, unknown>;
  /** What the stack file says of how secrets are encrypted, and its secrets, encrypted. Default: nothing. */
  encrypted?: Record<string, unknown>;
  /** Every resource that is there before or after. */
  resources: ResourceChange[];
  /** What the engine, the program and the providers warn of. */
  warnings: string[];
  /** What breaks rules of the policy pack. */
  violations: Violation[];
}

/** The operations of the engine's steps; others, such as reads, change nothing. A replacement has several steps. */
const OPERATIONS: Record<string, Operation> = {
  same: "same",
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  import: "create",
  "import-replacement": "replace",
};

/** The same text, each time the engine reports that the program or a provider failed: `exit status 1` and the like. */
const ERRORS = ["error", "info#err"];

/** All that the engine says in its JSON where a policy refuses something, once it has previewed everything. */
const REFUSED = /^(error: )?preview failed\s*$/;

/**
 * @param text What `pulumi preview --json` printed.
 * @param events The engine's events, each in a line of JSON: policies are told only there. Default: none.
 * @throws {UserError} with what the preview failed with, if that was not a policy.
 */
export function readPreview(text: string, events = ""): Preview {
  const { config, steps, diagnostics } = digest.parse(JSON.parse(text));
  const violations = violationsIn(events);
  const isRefused = violations.some((violation) => violation.isRefused);
  const errors = diagnostics.filter(
    ({ severity, message }) => ERRORS.includes(severity) && !(isRefused && REFUSED.test(message)),
  );
  if (errors.length > 0) throw new UserError(errors.map(({ message }) => message.trimEnd()).join("\n"));
  const warnings = diagnostics.filter(({ severity }) => severity === "warning");
  return {
    config,
    resources: [...Map.groupBy(steps, ({ urn }) => urn)].flatMap(([urn, own]) => resourceChange(urn, own)),
    warnings: warnings.map(({ message }) => message.replace(/^warning: /, "").trimEnd()),
    violations,
  };
}

/** What becomes of a resource by the engine's steps of it; undefined for nothing, as by a read. */
export function operationOfSteps(ops: readonly string[]): Operation | undefined {
  const operations = ops.flatMap((op) => OPERATIONS[op] ?? []);
  return operations.includes("replace") ? "replace" : operations[0];
}

function resourceChange(urn: string, steps: Step[]): ResourceChange[] {
  const operation = operationOfSteps(steps.map(({ op }) => op));
  if (operation === undefined) return [];
  const [, , types = "", name = ""] = urn.split("::");
  const before = steps.find(({ oldState }) => oldState !== undefined)?.oldState?.inputs ?? {};
  const after = steps.findLast(({ newState }) => newState !== undefined)?.newState?.inputs ?? {};
  const found = steps.flatMap(({ diffReasons, replaceReasons }) => [...(diffReasons ?? []), ...(replaceReasons ?? [])]);
  const isGone = operation === "delete";
  return [
    {
      ...{ operation, urn, type: types.split("$").at(-1) ?? "", name, before, after: isGone ? {} : after },
      reasons: [...new Set(found)].sort(),
    },
  ];
}
