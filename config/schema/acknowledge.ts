import * as z from "zod";

const error = 'is not a day; write one such as "2026-12-31", the last one on which it counts';

/** A day. YAML takes one without quotes for a moment. */
const day = z
  .string(error)
  .refine((text) => /^\d{4}-\d{2}-\d{2}(T00:00:00Z)?$/.test(text) && isDay(text.slice(0, 10)), error)
  .overwrite((text) => text.slice(0, 10));

/** What may be lost: by the name that the refusal gives it, with the last day on which that counts. */
export const acknowledgeSchema = z
  .record(z.string(), day)
  .default({})
  .describe(
    "What an update may destroy, by the name that its refusal gives, with the last day on which that counts: `{delete-key/support-bot: 2026-12-31}`. Without it, no update on platforms `kubernetes` and `gcp` deletes a key of a project, ends one at once, or replaces what the stack stands on. docs/operations.md says more.",
  );

/** Whether the calendar has it: JavaScript takes the thirtieth of February for a day of March. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
