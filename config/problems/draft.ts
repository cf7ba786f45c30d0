import { Output } from "@pulumi/pulumi/output.js";
import type * as z from "zod";

/**
 * Settings of which only the well-formed parts are there, so that rules across them can be checked although other
 * parts are wrong. Positions in lists stay the same.
 */
export type Draft<T> =
  T extends Output<unknown>
    ? T
    : T extends readonly (infer Item)[]
      ? (Draft<Item> | undefined)[]
      : T extends object
        ? { [Key in keyof T]?: Draft<T[Key]> | undefined }
        : T;

/** What a schema makes of `input`, defaults included, without what is wrong. */
export function wellFormed<Schema extends z.ZodType>(schema: Schema, input: unknown): Draft<z.output<Schema>> {
  // zod's public functions withhold a result that has issues; refinements with `when` don't run after every issue.
  const { value, issues } = schema._zod.run({ value: input, issues: [] }, { async: false }) as z.core.ParsePayload;
  const malformed = new Set(
    // These are about a name; what it names may be well-formed all the same.
    issues.filter(({ code }) => code !== "unrecognized_keys" && code !== "invalid_key").map(({ path }) => id(path)),
  );

  const copy = (part: unknown, path: PropertyKey[]): unknown => {
    if (malformed.has(id(path))) return undefined;
    if (Array.isArray(part)) return part.map((item, index) => copy(item, [...path, index]));
    if (typeof part !== "object" || part === null || Output.isInstance(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, copy(item, [...path, key])]));
  };
  return copy(value, []) as Draft<z.output<Schema>>;
}

function id(path: readonly PropertyKey[] = []): string {
  return JSON.stringify(path.map(String));
}
