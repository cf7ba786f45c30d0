import { describe, expect, it } from "vitest";

import { alterations, createStatement } from "../../../../toolchain/plugins/postgresql/database.ts";
import { grantRoleType, grantStatement } from "../../../../toolchain/plugins/postgresql/grant-role.ts";
import { grantStatements } from "../../../../toolchain/plugins/postgresql/grant.ts";
import { alterStatements, createStatement as createRole } from "../../../../toolchain/plugins/postgresql/role.ts";
import { PostgresServer } from "../../../../toolchain/plugins/postgresql/server.ts";

const role = {
  name: "app",
  login: true,
  superuser: false,
  createDatabase: false,
  createRole: true,
  inherit: true,
  replication: false,
  bypassRowLevelSecurity: false,
  connectionLimit: 5,
  roles: [],
  skipDropRole: false,
  skipReassignOwned: false,
  encryptedPassword: true as const,
  validUntil: "infinity" as const,
};
const database = { name: `a"b`, connectionLimit: -1, allowConnections: true, alterObjectOwnership: false as const };

describe("statements", () => {
  it("say every option of a new role", () => {
    expect(createRole(role)).toBe(
      `CREATE ROLE "app" WITH VALID UNTIL 'infinity' CONNECTION LIMIT 5 ` +
        "NOSUPERUSER NOCREATEDB CREATEROLE INHERIT LOGIN NOBYPASSRLS NOREPLICATION",
    );
  });

  // Those of github.com/cyrilgdn/terraform-provider-postgresql, which logs of a server may show.
  it.each([
    ["the-password", "ENCRYPTED PASSWORD 'the-password'"],
    ["it's", "ENCRYPTED PASSWORD 'it''s'"],
    ["back\\slash", "ENCRYPTED PASSWORD 'back\\\\slash'"],
    ["null", "PASSWORD NULL"],
  ])("carry the password %s as the official plugin does", (password, expected) => {
    expect(createRole({ ...role, password })).toContain(`CREATE ROLE "app" WITH ${expected} VALID UNTIL`);
  });

  it("change of a role only what differs: the rest may be for superusers to say", () => {
    expect(alterStatements({ ...role, password: "a" }, { ...role, password: "a" })).toEqual([]);
    expect(alterStatements({ ...role, password: "a" }, { ...role, password: "b", login: false })).toEqual([
      `ALTER ROLE "app" PASSWORD 'b'`,
      `ALTER ROLE "app" WITH NOLOGIN`,
    ]);
    expect(
      alterStatements({ ...role, name: "old", password: "a" }, { ...role, password: "a", connectionLimit: 1 }),
    ).toEqual([
      `ALTER ROLE "old" RENAME TO "app"`,
      `ALTER ROLE "app" PASSWORD 'a'`,
      `ALTER ROLE "app" CONNECTION LIMIT 1`,
    ]);
  });

  it("take no password from a role", () => {
    expect(alterStatements({ ...role, password: "a" }, role)).toEqual([]);
  });

  it("make one role a member of another", () => {
    const { inputs } = grantRoleType(new PostgresServer());
    const membership = inputs.parse({ role: `b"`, grantRole: "app" });
    expect(grantStatement(membership)).toBe(`GRANT "app" TO "b"""`);
    expect(grantStatement({ ...membership, withAdminOption: true })).toBe(`GRANT "app" TO "b""" WITH ADMIN OPTION`);
  });

  it("quote names and texts", () => {
    expect(createStatement({ ...database, owner: "o'w", lcCollate: "it's" })).toBe(
      `CREATE DATABASE "a""b" OWNER "o'w" TEMPLATE "template0" ENCODING 'UTF8' LC_COLLATE 'it''s' ` +
        "ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false",
    );
    expect(
      alterations(
        { name: "old", owner: "x", connectionLimit: -1, allowConnections: false },
        { ...database, owner: `"` },
      ),
    ).toEqual([`OWNER TO """"`, "ALLOW_CONNECTIONS true"]);
  });

  it("take everything from a role before they give what is wanted", () => {
    const grant = { role: `r"`, database: "d", objectType: "schema" as const, schema: "s", withGrantOption: true };
    expect(grantStatements({ ...grant, privileges: ["USAGE", "CREATE"] })).toEqual([
      `REVOKE ALL PRIVILEGES ON SCHEMA "s" FROM "r"""`,
      `GRANT USAGE, CREATE ON SCHEMA "s" TO "r""" WITH GRANT OPTION`,
    ]);
    const everybody = { role: "public", database: `d"`, objectType: "database" as const, withGrantOption: false };
    expect(grantStatements({ ...everybody, privileges: [] })).toEqual([
      `REVOKE ALL PRIVILEGES ON DATABASE "d""" FROM PUBLIC`,
    ]);
  });
});
