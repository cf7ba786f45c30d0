/** Where the program's two servers are, which may be one, and the password of the administrator who is a superuser. */
export interface Administrators {
  port: number;
  password: string;
}

/**
 * A program with everything that this project makes on PostgreSQL servers: once as a superuser, as on the local platform,
 * and once as `boss`, who isn't one.
 *
 * `official-state.json` is the state that the official plugin 3.18.1, built from its public sources, has written for it on
 * PostgreSQL 16, with PORT in place of the port, after `up`, and with the second half refreshed.
 */
export function statesProgram({ port, password }: Administrators): string {
  const connection = `host: "127.0.0.1", port: ${port}, sslmode: "disable"`;
  return `
    const superuser = new postgresql.Provider("superuser", { ${connection}, username: "postgres", password: "${password}" });
    const boss = new postgresql.Provider("boss", {
      ${connection}, username: "boss", password: "boss-password", superuser: false,
    });
    function make(name, opts, member) {
      const role = new postgresql.Role(name, { name, login: true, password: pulumi.secret("${VERIFIER}") }, opts);
      const dependsOn = member
        ? [
            new postgresql.GrantRole(
              name + "-administrator",
              { role: member, grantRole: role.name },
              { ...opts, retainOnDelete: true, ignoreChanges: ["withAdminOption"] },
            ),
          ]
        : [];
      const database = new postgresql.Database(name, { name, owner: role.name }, { ...opts, dependsOn });
      new postgresql.Grant(
        name + "-closed",
        { role: "public", database: database.name, objectType: "database", privileges: [] },
        { ...opts, dependsOn },
      );
    }
    make("local", { provider: superuser });
    make("cloud", { provider: boss }, "boss");`;
}

/** Of a password that nothing has. */
const VERIFIER =
  "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
