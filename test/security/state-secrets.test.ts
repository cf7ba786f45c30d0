import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";
import * as yaml from "yaml";

// What no state encrypts: ids. The official random plugin has what it drew as the id of each type but one.

const folder = join(import.meta.dirname, "../program");
const dumps = readdirSync(folder).filter((name) => name.endsWith(".resources.yaml"));

it.each(dumps)("%s has random values only of the type whose id is not the value", (name) => {
  const resources = yaml.parse(readFileSync(join(folder, name), "utf8")) as { type: string }[];
  const types = resources.map(({ type }) => type).filter((type) => type.startsWith("random:"));
  expect([...new Set(types)]).toEqual(["random:index/randomPassword:RandomPassword"]);
});
