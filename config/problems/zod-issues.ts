import type * as z from "zod";

import { didYouMean } from "./did-you-mean.ts";
import type { SettingsProblem } from "./problems.ts";

/** What zod expects, in the words of a stack file. */
const NOUNS: Record<string, string> = {
  string: "text; put it in quotes",
  number: "a number",
  int: "a whole number",
  object: "a mapping of settings",
  record: "a mapping of names",
};

/** Says what is wrong, reading on from the value, where the schema itself doesn't. */
export const issueMessage: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
    case "invalid_value": {
      const values = issue.values.map(String);
      const hint = typeof issue.input === "string" ? didYouMean(issue.input, values) : "";
      return `must be one of ${values.join(", ")}${hint}`;
    }
    case "too_small":
      return `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_key":
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
};

/**
 * The problems behind an issue that zod found in `input`.
 *
 * @param namesAt The names of the settings that the mapping at a path may hold.
 * @param elsewhere What is said of a name that isn't among them, reading on from it, where that is known.
 */
export function issueProblems(
  issue: z.core.$ZodIssue,
  input: unknown,
  namesAt: (path: PropertyKey[]) => string[],
  elsewhere: (path: PropertyKey[], name: string) => string | undefined,
): SettingsProblem[] {
  const { code, path, message } = issue;
  if (code === "unrecognized_keys") {
    const names = namesAt(path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: elsewhere(path, key) ?? `is not a setting; write one of ${names.join(", ")}${didYouMean(key, names)}`,
    }));
  }
  if (code === "invalid_key") return [{ path, message }];

  const seen = path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], input);
  if (seen !== undefined) return [{ path, seen, message }];
  return [{ path, message: message.replace(/^[^;]*/, "is missing") }];
}
