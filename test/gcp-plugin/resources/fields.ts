import { z } from "zod";

import { rangeOf } from "../ranges.ts";

/** A name as Compute Engine wants it (RFC 1035, https://cloud.google.com/compute/docs/naming-resources). */
export const computeName = matching(
  /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "it must have 1 to 63 lower-case letters, digits and hyphens, and begin with a letter",
);

/** Text that matches a pattern; the message says what it must be. */
export function matching(pattern: RegExp, message: string) {
  return z.string().regex(pattern, { error: ({ input }) => `${message}; this is ${JSON.stringify(input)}` });
}

/** A range such as `10.0.0.0/16`. */
export const cidr = z.string().superRefine((value, context) => {
  try {
    rangeOf(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
  }
});

/** Seconds as text, `3600s`. */
export const duration = matching(/^[0-9]+(\.[0-9]{1,9})?s$/, "it must be a number of seconds with an s, such as 3600s");

/** Labels (https://cloud.google.com/resource-manager/docs/labels-overview#requirements). */
export const labels = z
  .record(
    matching(
      /^[a-z][-_a-z0-9]{0,62}$/,
      "a label's key must be 1 to 63 lower-case letters, digits, _ and -, with a letter first",
    ),
    matching(/^[-_a-z0-9]{0,63}$/, "a label's value must be up to 63 lower-case letters, digits, _ and -"),
  )
  .optional();

/** The project's id; that of the provider if it is not set. */
export const project = z.string().optional();

/** The region; that of the provider if it is not set. */
export const region = matching(/^[a-z]+-[a-z]+[0-9]$/, "it must be a region, such as europe-west1").optional();

/** What deleting does. */
export const deletionPolicy = z.enum(["DELETE", "ABANDON", "PREVENT"]).optional();

export const text = z.string().optional();
export const flag = z.boolean().optional();
export const names = z.array(z.string()).optional();
/** A switch that has nothing beside it. */
export const enabled = z.strictObject({ enabled: z.boolean() }).optional();
