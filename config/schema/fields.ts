import * as z from "zod";

import { isDuration } from "../litellm/duration.ts";

/** A whole number of at least one. */
export const positive = () => z.int().min(1);

/** A whole number of at least zero. */
export const count = () => z.int().min(0);

/** A span of time as LiteLLM reads it. */
export const duration = () =>
  z.stringFormat("duration", isDuration, {
    error: 'is not a duration; write a number and s, m, h, d, w or mo, such as "30d", a hundred years at most',
  });

/** A TCP port. */
export const port = () => {
  const error = "is not a port; write a number from 1 to 65535";
  return z.int(error).min(1, error).max(65_535, error);
};

/** A published version, pinned exactly so that two runs of one commit deploy the same software. */
export const version = () =>
  z.stringFormat("version", /^\d+\.\d+\.\d+$/, { error: 'is not a version; write all three numbers, such as "1.2.3"' });

/** An amount of US dollars in whole cents. */
export const dollars = () => {
  const error = "is not an amount; write US dollars in whole cents, more than 0, such as 40 or 12.50";
  return z.number(error).min(0.01, error).multipleOf(0.01, error);
};

/** A price in US dollars. */
export const price = () => z.number().min(0);

/** A text in one line, with nothing around it. */
export const line = (what: string) =>
  z.stringFormat(what, /^\S(.*\S)?$/, {
    error: ({ input }) =>
      input === "" ? `is empty; write ${what}` : `is not ${what}; write it in one line, without spaces around it`,
  });

/** An http or https URL without credentials, which belong into the stack's secrets. */
export const httpUrl = () =>
  z
    .url({
      protocol: /^https?$/,
      error: 'is not a URL that can be called; write one with http or https, such as "https://host:8443/v1"',
    })
    .refine((text) => !hasCredentials(text), "holds credentials; leave them out and set the provider's apiKey instead")
    // Cloud metadata services hand their machine's own credentials to whoever asks.
    .refine((text) => !isMetadataService(text), "is a cloud metadata service; name the model's own server");

function hasCredentials(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.username !== "" || url.password !== "");
}

function isMetadataService(text: string): boolean {
  const host = URL.parse(text)?.hostname ?? "";
  return host.startsWith("169.254.") || host.startsWith("[fe80:") || host === "metadata.google.internal";
}
