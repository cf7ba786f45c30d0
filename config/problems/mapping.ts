/** A section of the settings as a stack file says it, before it is checked. */
export type Mapping = Record<string, unknown>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a section says nothing. One without a default is empty in Pulumi.yaml, which has to declare it. */
export function isEmpty(section: unknown): boolean {
  return isMapping(section) && Object.keys(section).length === 0;
}
/** A mapping without the names whose value is undefined. */
export function defined<T>(mapping: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(mapping).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
