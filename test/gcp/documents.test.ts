import { readFile } from "node:fs/promises";

import { expect, it } from "vitest";
import * as yaml from "yaml";

import type { Registered } from "../program/deploy.ts";

const text = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

it.each(["dev", "prod"])(
  "docs/gcp-resources.md has a row for every type of Google Cloud that %s makes",
  async (stack) => {
    const document = await text("docs/gcp-resources.md");
    const resources = yaml.parse(await text(`test/program/${stack}.resources.yaml`)) as Registered[];
    const types = new Set(
      resources
        .filter(({ type }) => type.startsWith("gcp:"))
        // gcp:compute/address:Address
        .map(({ type }) => `${type.split(/[:/]/)[1] ?? ""}.${type.split(":").at(-1) ?? ""}`),
    );
    expect(types.size).toBeGreaterThan(20);
    expect([...types].filter((type) => !document.includes(`\`${type}\``))).toEqual([]);
  },
);
