import { describe, expect, it } from "vitest";

import { databaseType } from "../../../toolchain/plugins/postgresql/database.ts";
import { grantType } from "../../../toolchain/plugins/postgresql/grant.ts";
import { roleType } from "../../../toolchain/plugins/postgresql/role.ts";
import { PostgresServer } from "../../../toolchain/plugins/postgresql/server.ts";
import { UNKNOWN } from "../../../toolchain/plugins/properties.ts";
import { randomId } from "../../../toolchain/plugins/random/bytes.ts";
import type { ResourceType } from "../../../toolchain/plugins/resource-type.ts";
import { check, diff } from "../../../toolchain/plugins/resource-type.ts";

const server = new PostgresServer();
const role = roleType(server);
const database = databaseType(server);
const grant = grantType(server);

const roleState = role.inputs.parse({ name: "app", password: "secret", roles: ["b", "a"] });
const databaseState = {
  ...database.inputs.parse({ name: "app" }),
  owner: "app",
  template: "template0",
  encoding: "UTF8",
  lcCollate: "C.UTF-8",
  lcCtype: "C.UTF-8",
  tablespaceName: "pg_default",
  isTemplate: false,
};
const grantState = {
  role: "app",
  database: "app",
  objectType: "database",
  privileges: ["CONNECT", "CREATE"],
  withGrantOption: false,
};

describe("diff", () => {
  it.each<[string, ResourceType, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ["a role as it is", role, roleState, { name: "app", password: "secret", roles: ["a", "b"] }, []],
    ["a renamed role", role, roleState, { name: "b", password: "secret", roles: ["a", "b"] }, ["update name"]],
    [
      "a role in whose state a list is missing",
      role,
      { ...role.inputs.parse({ name: "app" }), roles: undefined },
      { name: "app" },
      [],
    ],
    [
      "a grant in whose state a list is missing",
      grant,
      { ...grantState, privileges: undefined },
      { ...grantState, privileges: [] },
      [],
    ],
    ["a role without its password", role, roleState, { name: "app", roles: ["a", "b"] }, ["delete password"]],
    [
      "a role whose password is not known yet",
      role,
      roleState,
      { name: "app", password: UNKNOWN, roles: ["a", "b"] },
      ["update password"],
    ],
    ["a database as it is", database, databaseState, { name: "app" }, []],
    ["a database with another owner", database, databaseState, { name: "app", owner: "b" }, ["update owner"]],
    [
      "a database with another encoding",
      database,
      databaseState,
      { name: "app", encoding: "LATIN1" },
      ["update encoding, replaces"],
    ],
    [
      "a database with another template",
      database,
      databaseState,
      { name: "app", template: "t" },
      ["update template, replaces"],
    ],
    [
      "a database with another limit",
      database,
      databaseState,
      { name: "b", connectionLimit: 3 },
      ["update name", "update connectionLimit"],
    ],
    ["a grant in another order", grant, grantState, { ...grantState, privileges: ["CREATE", "CONNECT"] }, []],
    ["a grant of less", grant, grantState, { ...grantState, privileges: [] }, ["update privileges"]],
    ["a grant to another role", grant, grantState, { ...grantState, role: "public" }, ["update role, replaces"]],
    [
      "a random value with a new keeper",
      randomId,
      { byteLength: 4 },
      { byteLength: 4, keepers: { a: "1" } },
      ["add keepers, replaces"],
    ],
  ])("%s", (_title, type, state, inputs, expected) => {
    const changes = diff(type, state, inputs).map(
      ({ kind, property, replaces }) => `${kind} ${property}${replaces ? ", replaces" : ""}`,
    );
    expect(changes).toEqual(expected);
  });
});

describe("check", () => {
  it.each<[ResourceType, Record<string, unknown>, string, string]>([
    [role, {}, "name", "it is required"],
    [role, { name: "a", validUntil: "2030-01-01" }, "validUntil", "the offline plugin only has infinity"],
    [role, { name: "a", connectionLimit: -2 }, "connectionLimit", "it must be -1 (no limit) or more"],
    [
      database,
      { name: "a", encoding: "default" },
      "encoding",
      "the offline plugin has no DEFAULT; leave the property out",
    ],
    [
      grant,
      { ...grantState, objectType: "table" },
      "objectType",
      'the offline plugin only has "database" and "schema"',
    ],
    [
      grant,
      { ...grantState, privileges: ["SELECT"] },
      "privileges",
      "SELECT can't be granted on a database; CREATE, CONNECT, TEMPORARY can",
    ],
    [
      grant,
      { ...grantState, objectType: "schema", privileges: [] },
      "schema",
      'it is required with objectType "schema"',
    ],
    [grant, { ...grantState, schema: "public" }, "schema", 'it needs objectType "schema"'],
    [
      randomId,
      { byteLength: 2, length: 2 },
      "length",
      "the offline plugin does not support it; it supports byteLength, prefix, keepers",
    ],
  ])("refuses case %#", (type, inputs, property, reason) => {
    expect(check(type, inputs)).toEqual([{ property, reason }]);
  });
});
