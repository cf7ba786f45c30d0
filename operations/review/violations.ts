import * as z from "zod";

/** What a rule of docs/policies.md says of a resource. */
export interface Violation {
  /** The rule's name: `public-buckets`. */
  policy: string;
  urn: string;
  /** What is wrong, what to write instead, and how to say that it is meant. */
  what: string;
  /** Whether an update stops at it, or only warns. */
  isRefused: boolean;
}

/** `PolicyEvent` in the `events.go` of Pulumi. */
const engineEvent = z.object({
  policyEvent: z
    .object({
      resourceUrn: z.string().default(""),
      policyName: z.string(),
      enforcementLevel: z.string(),
      message: z.string(),
    })
    .optional(),
});

/** @param log The engine's events, each in a line of JSON. */
export function violationsIn(log: string): Violation[] {
  const lines = log.split("\n").filter((line) => line.includes('"policyEvent"'));
  return lines.flatMap((line) => {
    const { policyEvent } = engineEvent.parse(JSON.parse(line));
    if (!policyEvent) return [];
    const { policyName: policy, resourceUrn: urn, enforcementLevel, message } = policyEvent;
    // The rule itself comes first, in a line of its own.
    const what = message.trimEnd().split("\n").slice(1).join(" ");
    return [{ policy, urn, what, isRefused: enforcementLevel === "mandatory" }];
  });
}
