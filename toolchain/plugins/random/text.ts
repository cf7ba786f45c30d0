import { randomInt } from "node:crypto";

import { z } from "zod";

import type { Values } from "../properties.ts";
import type { Failure, ResourceType } from "../resource-type.ts";
import { keepers, readRemembered, remembered } from "./remembered.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

const count = z.int().min(0, "it must not be negative").default(0);
const inputs = z.object({
  length: z.int().min(1, "it must be at least 1"),
  lower: z.boolean().default(true),
  upper: z.boolean().default(true),
  numeric: z.boolean().default(true),
  special: z.boolean().default(true),
  minLower: count,
  minUpper: count,
  minNumeric: count,
  minSpecial: count,
  overrideSpecial: z.string().optional(),
  keepers,
});
type Inputs = z.output<typeof inputs>;

const text = { ...remembered, inputs, replaceOn: inputs.keyof().options, problems };

/** Random text that is not secret. */
export const randomString: ResourceType<typeof inputs> = {
  ...text,
  async create(wanted) {
    const result = randomText(wanted);
    return { id: result, outputs: outputs(wanted, result, result) };
  },
  read: readRemembered((result) => imported(result, result)),
};

/**
 * Random text that is secret. It has no `bcryptHash`; without one the official plugin takes the state for one of its
 * first version, and computes the hash when it first reads it.
 */
export const randomPassword: ResourceType<typeof inputs> = {
  ...text,
  secretOutputs: ["result"],
  async create(wanted) {
    return { id: "none", outputs: outputs(wanted, "none", randomText(wanted)) };
  },
  read: readRemembered((result) => imported("none", result)),
};

function outputs(wanted: Inputs, id: string, result: string): Values {
  return { ...wanted, id, number: wanted.numeric, result };
}

function imported(id: string, result: string): Values {
  return outputs(inputs.parse({ length: result.length }), id, result);
}

/** Draws every character independently from a cryptographic source, then the order of the required ones. */
export function randomText(wanted: Inputs): string {
  const special =
    wanted.overrideSpecial === undefined || wanted.overrideSpecial === "" ? SPECIAL : wanted.overrideSpecial;
  const all = [
    wanted.upper ? UPPER : "",
    wanted.lower ? LOWER : "",
    wanted.numeric ? DIGITS : "",
    wanted.special ? special : "",
  ].join("");
  const required = [
    ...draw(LOWER, wanted.minLower),
    ...draw(UPPER, wanted.minUpper),
    ...draw(DIGITS, wanted.minNumeric),
    ...draw(special, wanted.minSpecial),
  ];
  return shuffle([...required, ...draw(all, wanted.length - required.length)]).join("");
}

/** What can't be drawn. */
function problems(wanted: Inputs): Failure[] {
  const failures: Failure[] = [];
  const required = wanted.minLower + wanted.minUpper + wanted.minNumeric + wanted.minSpecial;
  if (wanted.length < required) {
    const reason = `it is ${wanted.length}, less than the ${required} that minLower, minUpper, minNumeric and minSpecial add up to`;
    failures.push({ property: "length", reason });
  }
  if (!wanted.lower && !wanted.upper && !wanted.numeric && !wanted.special) {
    failures.push({ property: "lower", reason: "one of lower, upper, numeric and special must be true" });
  }
  return failures;
}

function draw(characters: string, length: number): string[] {
  return Array.from({ length }, () => characters.charAt(randomInt(characters.length)));
}

/** Fisher-Yates. */
function shuffle(characters: string[]): string[] {
  const shuffled: string[] = [];
  for (const character of characters) {
    const position = randomInt(shuffled.length + 1);
    shuffled.push(shuffled[position] ?? character);
    shuffled[position] = character;
  }
  return shuffled;
}
