import { describe, expect, it } from "vitest";

import { toJsonQuery } from "../../../toolchain/prisma/graphql-to-json.ts";
import { readModels } from "../../../toolchain/prisma/schema-models.ts";

const models = readModels(`
model Team {
  id       String @id
  spend    Float
  metadata Json
  keys     Key[]
}
model Key {
  token    String @id
  aliases  Json
  team     Team?  @relation(fields: [teamId], references: [id])
  teamId   String?
}
model Row {
  id       String @id
  data     Json
}
`);

const argumentsOf = (text: string) => toJsonQuery(text, models).query.arguments;

describe("operations", () => {
  it("names the model and the action", () => {
    expect(toJsonQuery('query { result: findUniqueKey(where: { token: "t" }) { token teamId } }', models)).toEqual({
      modelName: "Key",
      action: "findUnique",
      query: { arguments: { where: { token: "t" } }, selection: { token: true, teamId: true } },
    });
  });

  it.each([
    ["findFirstKeyOrThrow", "findFirstOrThrow"],
    ["findManyKey", "findMany"],
    ["createManyKey", "createMany"],
    ["upsertOneKey", "upsertOne"],
    ["deleteManyKey", "deleteMany"],
    ["aggregateKey", "aggregate"],
    ["groupByKey", "groupBy"],
  ])("translates %s", (operation, action) => {
    expect(toJsonQuery(`query { result: ${operation} { token } }`, models)).toMatchObject({ modelName: "Key", action });
  });

  it("passes raw SQL on without a model", () => {
    const text = String.raw`mutation { result: queryRaw(query: "SELECT \"a\" = $1", parameters: "[\"x\"]") }`;

    expect(toJsonQuery(text, models)).toEqual({
      action: "queryRaw",
      query: { arguments: { query: 'SELECT "a" = $1', parameters: '["x"]' }, selection: {} },
    });
  });

  it("refuses a model that the schema lacks", () => {
    expect(() => toJsonQuery("query { result: findManyUser { id } }", models)).toThrow(
      "The query asks for the operation `findManyUser`, which the schema does not have.",
    );
  });

  it("refuses what is not one operation", () => {
    expect(() => toJsonQuery("type Key { token: String }", models)).toThrow(
      "The query must be one GraphQL operation on one field.",
    );
  });
});

describe("selections", () => {
  it("follow relations with their own arguments", () => {
    const text =
      'query { result: findManyTeam { id keys(take: 1, where: { aliases: "{}" }) { token } _count { keys } } }';

    expect(toJsonQuery(text, models).query.selection).toEqual({
      id: true,
      keys: {
        arguments: { take: 1, where: { aliases: { $type: "Json", value: "{}" } } },
        selection: { token: true },
      },
      _count: { arguments: {}, selection: { keys: true } },
    });
  });
});

describe("values", () => {
  it("keep their kind", () => {
    const text = `query { result: findManyTeam(where: {
      a: 1, b: -2.5, c: "\\u00e9\\n", d: true, e: asc, f: null, g: [1, [2]], h: 9007199254740993
    }) { id } }`;

    expect(argumentsOf(text)).toEqual({
      where: {
        a: 1,
        b: -2.5,
        c: "é\n",
        d: true,
        e: "asc",
        f: null,
        g: [1, [2]],
        h: { $type: "BigInt", value: "9007199254740993" },
      },
    });
  });

  it("tags JSON in data, through relations and lists", () => {
    const text = `mutation { result: createOneTeam(data: {
      id: "{}", metadata: "{\\"a\\":1}", keys: { create: [{ token: "[]", aliases: "[]" }] }
    }) { id } }`;

    expect(argumentsOf(text)).toEqual({
      data: {
        id: "{}",
        metadata: { $type: "Json", value: '{"a":1}' },
        keys: { create: [{ token: "[]", aliases: { $type: "Json", value: "[]" } }] },
      },
    });
  });

  it("tells a JSON field from the operator that has its name", () => {
    const row = { id: "a", data: { $type: "Json", value: "{}" } };

    expect(argumentsOf('mutation { result: createOneRow(data: { id: "a", data: "{}" }) { id } }')).toEqual({
      data: row,
    });
    expect(argumentsOf('mutation { result: createManyRow(data: [{ id: "a", data: "{}" }]) { count } }')).toEqual({
      data: [row],
    });
    expect(argumentsOf('query { result: findManyRow(where: { data: { equals: "{}" } }) { id } }')).toEqual({
      where: { data: { equals: { $type: "Json", value: "{}" } } },
    });
  });

  it("tags the values of a filter on JSON, but not its path", () => {
    const text = `query { result: findManyTeam(where: {
      AND: [{ metadata: { path: ["a", "b"], equals: "\\"x\\"" } }, { metadata: { path: ["c"], string_contains: "y" } }]
    }) { id } }`;

    expect(argumentsOf(text)).toEqual({
      where: {
        AND: [
          { metadata: { path: ["a", "b"], equals: { $type: "Json", value: '"x"' } } },
          { metadata: { path: ["c"], string_contains: "y" } },
        ],
      },
    });
  });

  it("may not be variables", () => {
    expect(() => argumentsOf("query ($a: Int) { result: findManyTeam(take: $a) { id } }")).toThrow(
      "GraphQL variables are not supported.",
    );
  });
});
