import { expect, it } from "vitest";

import { namedKey } from "../../operations/named-key.ts";
import { messageOf } from "../config/stack.ts";

const holders = {
  projects: [
    { name: "research-team", alias: "research" },
    { name: "general", alias: "everyone" },
    { name: "legacy", alias: "legacy" },
  ],
  pools: [
    { name: "gpu", alias: "pool-gpu" },
    { name: "general", alias: "pool-general" },
    { name: "everyone", alias: "pool-everyone" },
  ],
  keys: {
    research: "sk-1",
    everyone: "sk-2",
    legacy: "",
    "pool-gpu": "sk-3",
    "pool-general": "sk-4",
    "pool-everyone": "sk-5",
  },
};

it.each([
  ["an alias", "research", "sk-1"],
  ["a project", "research-team", "sk-1"],
  ["a pool", "gpu", "sk-3"],
  ["an alias that is the name of a pool, too", "everyone", "sk-2"],
])("npm run key takes %s", (_what, name, key) => {
  expect(namedKey(holders, name)).toBe(key);
});

it.each([
  ["general", '"general" is a project and a pool; write the alias of the key: everyone or pool-general.'],
  ["gpus", '"gpus" is not a project, a pool or the alias of a key; write one of research, everyone, legacy, pool-gpu,'],
  ["legacy", "The value of the adopted key legacy is not known: raise its `generation` for a new one."],
])("npm run key says of %s what to do instead", (name, message) => {
  expect(messageOf(() => namedKey(holders, name))).toContain(message);
});
