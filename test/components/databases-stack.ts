import { urlHost } from "../../config/url-host.ts";
import { project } from "../../toolchain/pulumi/offline-distribution.ts";

/** Whom the stack connects as, and where. */
export interface Target {
  port: number;
  username: string;
  password: string;
  superuser?: boolean;
  /** What the names of roles and databases begin with. Default: nothing. */
  namePrefix?: string;
  /** Default: `127.0.0.1`. */
  host?: string;
}

/** A program with the databases of both services on a server that isn't the stack's own. */
export function databasesProgram(target: Target): string {
  const { host = "127.0.0.1", port, username, password, superuser = false, namePrefix } = target;
  const args = { host: urlHost(host), port, username, password, sslmode: "disable", superuser };
  return `
    import { DatabaseAdministrator } from "${project}/components/database-administrator.ts";
    import { Databases } from "${project}/components/databases.ts";
    const administrator = new DatabaseAdministrator("postgres", ${JSON.stringify(args)}, {});
    const databases = new Databases("databases", {
      server: { host: ${JSON.stringify(host)}, port: ${port}, administrator },
      namePrefix: ${JSON.stringify(namePrefix)},
    });
    export const litellm = databases.litellm.url;
    export const sagewai = databases.sagewai.url;`;
}

/** The same as this project's releases up to 2026-11 made it: without memberships, and with the passwords themselves. */
export function formerProgram({ port, username, password, superuser = false }: Target): string {
  const args = { host: "127.0.0.1", port, username, password, sslmode: "disable", ...(!superuser && { superuser }) };
  return `
    const administrator = new postgresql.Provider("postgres", ${JSON.stringify(args)});
    class Databases extends pulumi.ComponentResource {
      constructor(name) {
        super("llm-gateway:index:Databases", name);
        for (const name of ["litellm", "sagewai"]) {
          const password = new random.RandomPassword(name + "-password", { length: 32, special: false }, { parent: this });
          const options = { parent: this, provider: administrator };
          const role = new postgresql.Role(name, { name, login: true, password: password.result }, options);
          const database = new postgresql.Database(name, { name, owner: role.name }, options);
          new postgresql.Grant(
            name + "-closed",
            { role: "public", database: database.name, objectType: "database", privileges: [] },
            options,
          );
        }
      }
    }
    new Databases("databases");`;
}
