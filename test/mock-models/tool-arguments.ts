import { citySchema } from "../security/clients/client-case.ts";

interface Case {
  name: string;
  /** The JSON schema of a function's parameters. */
  parameters?: object;
  /** The arguments with which a mock model calls it. */
  wanted: object;
}

/** Schemas of functions, and what a mock model calls them with. */
export const ARGUMENTS: Case[] = [
  { name: "no parameters", wanted: {} },
  { name: "nothing required", parameters: { type: "object", properties: { a: { type: "string" } } }, wanted: {} },
  {
    name: "texts, numbers, choices and lists",
    parameters: {
      type: "object",
      properties: {
        long: { type: "string", minLength: 8 },
        short: { type: "string", maxLength: 2 },
        count: { type: "integer", minimum: 3 },
        unit: { enum: ["km", "miles"] },
        kind: { const: "city" },
        yes: { type: "boolean" },
        maybe: { type: ["string", "null"] },
        either: { anyOf: [{ type: "number" }, { type: "null" }] },
        list: { type: "array", items: { type: "string" }, minItems: 2 },
      },
      required: ["long", "short", "count", "unit", "kind", "yes", "maybe", "either", "list"],
    },
    wanted: {
      ...{ long: "mock....", short: "mo", count: 3, unit: "km", kind: "city", yes: false, maybe: "mock", either: 0 },
      list: ["mock", "mock"],
    },
  },
  {
    name: "references, also to itself",
    parameters: {
      type: "object",
      properties: { place: { $ref: "#/$defs/place" }, all: { allOf: [{ $ref: "#/$defs/place" }, citySchema] } },
      required: ["place", "all"],
      $defs: {
        place: { type: "object", properties: { near: { $ref: "#/$defs/places" } }, required: ["near"] },
        places: { type: "array", items: { $ref: "#/$defs/place" } },
      },
    },
    wanted: { place: { near: [] }, all: { near: [], city: "mock", inhabitants: 0 } },
  },
  { name: "what has no end", parameters: { $ref: "#" }, wanted: {} },
];

/** Three times itself, and so on. */
export const ENDLESS = {
  ...{ type: "object", properties: { a: { $ref: "#" }, b: { $ref: "#" }, c: { $ref: "#" } } },
  required: ["a", "b", "c"],
};

/** A list and texts longer than any machine could hold. */
export const LONG = {
  ...{ type: "object", required: ["list"] },
  properties: { list: { type: "array", minItems: 1e9, items: { type: "string", minLength: 1e12 } } },
};
