import * as z from "zod";

import steering from "../litellm/steering.json" with { type: "json" };
import { REVIEWED_PARAMETERS, STEERS_PROVIDERS } from "./reviewed-parameters.ts";

const REVIEWED = new Set(Object.values(REVIEWED_PARAMETERS).flat());

/**
 * All names that any code of LiteLLM reads from a request, those of public APIs among them: `priority` is Cohere's, and
 * LiteLLM's own. One that ends in a star is the beginning of names.
 */
const READ = [steering, steering.public].flatMap(({ body, metadata, query }) => [...body, ...metadata, ...query]);
const READ_NAMES = new Set(READ);
const READ_BEGINNINGS = READ.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));

/**
 * Parameters of requests beyond the public APIs that a setting lets through. A name that LiteLLM reads could choose
 * anything there, providers, keys, prices or retries; it is refused unless somebody has looked at what LiteLLM does with
 * it. One that LiteLLM doesn't read gets to the provider and nowhere else. This holds for names that nobody has thought of.
 */
export const parameters = () => z.array(parameter).default([]);

const parameter = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, "is not a parameter's name; write one such as top_k")
  .superRefine((name, context) => {
    const message = whyNotAllowed(name);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

/** Why a setting can't let a parameter through, reading on from its name; undefined if it can. */
export function whyNotAllowed(name: string): string | undefined {
  const effect = STEERS_PROVIDERS[name];
  if (effect !== undefined) return `can't be allowed: it ${effect}`;
  if (REVIEWED.has(name)) return undefined;
  const isRead = READ_NAMES.has(name) || READ_BEGINNINGS.some((beginning) => name.startsWith(beginning));
  if (!isRead) return undefined;
  return "can't be allowed: LiteLLM reads it itself, and it may choose providers, keys, prices or retries; only what shapes a model's answer can, such as top_k or guided_json";
}
