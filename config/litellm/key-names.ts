/** How a key of a set may be called: a name with a capital letter or `_` is none of a key. */
export const KEY_NAME = /^[a-z0-9-]+$/;

/** What a key of a set can't be called: Pulumi keeps these names of properties to itself. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(["id", "urn"]);
