import { expect, it } from "vitest";

import { readModels } from "../../../toolchain/prisma/schema-models.ts";

it("the reader of Prisma's schema knows which fields of a model are JSON and which are relations", () => {
  const models = readModels(`
generator client {
  provider = "prisma-client-py"
}
model Team {
  id       String @id
  metadata Json   @default("{}")
  keys     Key[]
}
// a comment with model Nothing { }
model Key {
  token   String  @id
  aliases Json?
  team    Team?   @relation(fields: [teamId], references: [id])
  teamId  String?
}
`);

  expect([...models.keys()]).toEqual(["Team", "Key"]);
  expect(models.get("Team")?.json).toEqual(new Set(["metadata"]));
  expect(models.get("Key")?.json).toEqual(new Set(["aliases"]));
  expect(models.get("Team")?.relations.get("keys")).toBe(models.get("Key"));
  expect([...(models.get("Key")?.relations.keys() ?? [])]).toEqual(["team"]);
});
