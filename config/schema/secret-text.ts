import { secret as pulumiSecret } from "@pulumi/pulumi/output.js";
import * as z from "zod";

/** What the schema says of a secret next to its type. */
export interface SecretMeta {
  /** What to do with one that others may have read: `revoke that key`. */
  leaked: string;
  /** Whether line ends are part of the secret. */
  multiline: boolean;
}

export interface SecretOptions extends Partial<SecretMeta> {
  /** What is wrong with an empty secret, and what to write instead. */
  empty: string;
  /** What is wrong with a value that is not text, or missing. Default: that it must be text. */
  noText?: string;
  /** Which values are valid. Default: all. */
  pattern?: { is: RegExp; error: string };
}

/**
 * A text that becomes a Pulumi secret here, so that no state can hold it in plain text. A line end at its end is left out:
 * it comes from the file or the command that the secret was set from.
 */
export function secretText(options: SecretOptions) {
  const { empty, noText, pattern, leaked = "change that password", multiline = false } = options;
  const text = z
    .string(noText)
    .overwrite((value) => (multiline ? value : withoutLineEnd(value)))
    .min(1, { error: empty, abort: true });
  const secret: SecretMeta = { leaked, multiline };
  return (pattern ? text.regex(pattern.is, pattern.error) : text)
    .transform((value) => pulumiSecret(value))
    .meta({ secret });
}

/** A secret without the line ends at its end. */
export function withoutLineEnd(text: string): string {
  return text.replace(/[\r\n]+$/, "");
}
