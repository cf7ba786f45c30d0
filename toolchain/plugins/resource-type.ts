import { isDeepStrictEqual } from "node:util";

import type { z } from "zod";

import type { Values } from "./properties.ts";
import { isUnknown } from "./properties.ts";

/** A property that can't be accepted, and why. */
export interface Failure {
  property: string;
  reason: string;
}

/** A property that differs between what is there and what is wanted. */
export interface Change {
  property: string;
  kind: "add" | "update" | "delete";
  /** Whether it takes a new object. */
  replaces: boolean;
}

/** One kind of resource that a plugin manages. */
export interface ResourceType<Schema extends z.ZodObject = z.ZodObject> {
  /** The properties that a program may set, with their defaults. */
  inputs: Schema;
  /** The properties that can't change in place. */
  replaceOn: readonly (keyof z.output<Schema> & string)[];
  /** Whether a change of such a property can be made in place all the same. Default: never. */
  isInPlace?(property: string, before: unknown, after: unknown): boolean;
  /** The lists whose order means nothing, and that the official plugins leave out of the state where they are empty. */
  sets?: readonly (keyof z.output<Schema> & string)[];
  /** The properties that stay as they are when a program doesn't set them. */
  computed?: readonly (keyof z.output<Schema> & string)[];
  /** The outputs that are secret whatever the inputs were. */
  secretOutputs?: readonly string[];
  /** Whether an object must go before its replacement can come, because both would have one name. */
  deleteBeforeReplace: boolean;
  /** Rules across several properties; asked only once all of them are known. */
  problems?(inputs: z.output<Schema>): Failure[];
  create(inputs: z.output<Schema>, urn: string): Promise<{ id: string; outputs: Values }>;
  /**
   * What is there now, with its `id` if that is another one; undefined when it is gone. `state` is empty for an object that
   * is being imported.
   */
  read(id: string, state: Values): Promise<Values | undefined>;
  update?(state: Values, inputs: z.output<Schema>): Promise<Values>;
  delete(state: Values): Promise<void>;
}

/** What is wrong with the inputs of a program. Values that are not known yet pass. */
export function check(type: ResourceType, inputs: Values): Failure[] {
  const failures = propertyFailures(type.inputs, inputs);
  if (failures.length > 0 || isUnknown(inputs)) return failures;
  return type.problems?.(type.inputs.parse(inputs)) ?? [];
}

/** What is wrong with each value on its own. */
export function propertyFailures(schema: z.ZodObject, values: Values): Failure[] {
  const { shape } = schema;
  const failures: Failure[] = [];
  for (const property of Object.keys(values)) {
    if (property in shape) continue;
    const known = Object.keys(shape).join(", ");
    failures.push({ property, reason: `the offline plugin does not support it; it supports ${known}` });
  }
  for (const [property, propertySchema] of Object.entries(shape)) {
    const value = values[property];
    if (isUnknown(value)) continue;
    const { error } = (propertySchema as z.ZodType).safeParse(value);
    if (!error) continue;
    const reason = value === undefined ? "it is required" : error.issues.map((issue) => issue.message).join("; ");
    failures.push({ property, reason });
  }
  return failures;
}

/** The inputs with defaults in the place of what was not set. Values that are not known yet stay unknown. */
export function withDefaults(schema: z.ZodObject, inputs: Values): Values {
  const entries = Object.entries(schema.shape).map(([property, propertySchema]) => {
    const value = inputs[property];
    return [property, isUnknown(value) ? value : (propertySchema as z.ZodType).parse(value)] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** How the wanted inputs differ from the object that is there. */
export function diff(type: ResourceType, state: Values, inputs: Values): Change[] {
  const wanted = withDefaults(type.inputs, inputs);
  const changes: Change[] = [];
  for (const property of Object.keys(type.inputs.shape)) {
    const before = state[property];
    const after = wanted[property];
    if (after === undefined && type.computed?.includes(property)) continue;
    if (isSame(before, after, type.sets?.includes(property) ?? false)) continue;
    const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
    const replaces = type.replaceOn.includes(property) && type.isInPlace?.(property, before, after) !== true;
    changes.push({ property, kind, replaces });
  }
  return changes;
}

function isSame(before: unknown, after: unknown, isSet: boolean): boolean {
  const comparable = (value: unknown) => (isSet ? setOf(value) : value);
  return isDeepStrictEqual(comparable(before), comparable(after));
}

function setOf(value: unknown): unknown {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String).sort() : value;
}
