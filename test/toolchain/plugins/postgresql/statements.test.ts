import { describe, expect, it } from "vitest";

import { alterations, createStatement } from "../../../../toolchain/plugins/postgresql/database.ts";
import { grantStatements } from "../../../../toolchain/plugins/postgresql/grant.ts";
import { roleOptions } from "../../../../toolchain/plugins/postgresql/role.ts";
import { scramVerifier, verifies } from "../../../../toolchain/plugins/postgresql/scram.ts";

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
  it("say every option of a role", () => {
    expect(roleOptions(role, false)).toBe(
      "LOGIN NOSUPERUSER NOCREATEDB CREATEROLE INHERIT NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 5",
    );
    expect(roleOptions(role, true)).toMatch(/ PASSWORD NULL$/);
  });

  it("carry a verifier in the place of a password", () => {
    const options = roleOptions({ ...role, password: "the-password" }, true);
    expect(options).not.toContain("the-password");
    const [, verifier = ""] = / PASSWORD '([^']+)'$/.exec(options) ?? [];
    expect(verifies("the-password", verifier)).toBe(true);
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

describe("scramVerifier", () => {
  it("is what the SCRAM exchange of RFC 7677 proves", () => {
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    expect(scramVerifier("pencil", salt, 4096)).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("is another one each time, for the same password", () => {
    const [one, other] = [scramVerifier("same"), scramVerifier("same")];
    expect(one).not.toBe(other);
    expect([verifies("same", one), verifies("same", other), verifies("different", one)]).toEqual([true, true, false]);
  });

  it("leaves verifiers as they are", () => {
    const verifier = scramVerifier("text");
    expect(scramVerifier(verifier)).toBe(verifier);
    expect(scramVerifier(`md5${"0".repeat(32)}`)).toBe(`md5${"0".repeat(32)}`);
  });
});
