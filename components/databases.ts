import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { urlHost } from "../config/url-host.ts";
import { type DatabaseAdministrator, known } from "./database-administrator.ts";
import { scramVerifier } from "./scram-verifier.ts";

/** A PostgreSQL server on which Pulumi makes roles and databases. */
export interface DatabaseServer {
  /** Where the services reach it, by the name that its certificate is for. */
  host: pulumi.Input<string>;
  port: pulumi.Input<number>;
  /** How the services connect to it. Default: as their drivers do by themselves. */
  tls?: Tls;
  /** Who may create roles and databases on the server. */
  administrator: DatabaseAdministrator;
  /** The server itself, if it is the stack's own: what lives in it goes and comes with it, and is protected by it. */
  resource?: pulumi.CustomResource;
}

/** How connections to a server are protected. */
export interface Tls {
  /**
   * In the words of PostgreSQL's `sslmode`: `verify-full` checks the server's certificate and the name in it, `require`
   * only encrypts.
   */
  mode: "verify-full" | "require" | "disable";
  /** Certificates of the authorities that count, as PEM. Default: the public ones, which each image lists. */
  authorities?: pulumi.Input<string> | undefined;
}

/** A service's file with the authorities of its database's server, if they are not the public ones. */
const AUTHORITIES_FILE = "postgres-ca.pem";

/** Where a service finds the authorities that its database's server is checked against; undefined without a check. */
export function authoritiesPath(tls: Tls | undefined): string | undefined {
  if (tls?.mode !== "verify-full") return undefined;
  return tls.authorities === undefined ? "{authorities}" : `{files}/${AUTHORITIES_FILE}`;
}

/** The files of a service that its connections to its database need. */
export function databaseFiles(tls: Tls | undefined): Record<string, pulumi.Input<string>> {
  return tls?.mode === "verify-full" && tls.authorities !== undefined ? { [AUTHORITIES_FILE]: tls.authorities } : {};
}

export interface DatabasesArgs {
  server: DatabaseServer;
  /** What the names of roles and databases begin with. Default: nothing. */
  namePrefix?: string;
  /** Whether Pulumi refuses to delete the databases of a server that isn't the stack's own. Default: no. */
  protect?: boolean;
}

/** A database of one service, and the URL that only that service gets. */
export interface ServiceDatabase {
  /** `postgresql://role:password@host:port/database`, without parameters: not every driver takes them. Secret. */
  url: pulumi.Output<string>;
  /** How the service connects. Default: as its driver does by itself. */
  tls?: Tls | undefined;
  /** What lives in the database names this as `deletedWith`. */
  resource: pulumi.Resource;
  /** Identity of the server: if it changes, what lives in the database is recreated. Default: it never changes. */
  server?: pulumi.Output<string> | undefined;
  /** The database with its grants: what uses it depends on these. */
  ready: pulumi.Resource[];
}

/** Names a service's server to its processes, which start again on another one and make there what they need. */
export const SERVER_VARIABLE = "DATABASE_SERVER";

export interface ServiceDatabases {
  litellm: ServiceDatabase;
  sagewai: ServiceDatabase;
}

/** The password of a role. */
export function rolePassword(role: string, opts: pulumi.CustomResourceOptions): random.RandomPassword {
  // Letters and digits only: some of the services' tools put the URL through parsers that `%` or `@` would break.
  return new random.RandomPassword(`${role}-password`, { length: 32, special: false }, opts);
}

/**
 * One database for each service, owned by a role of its own that can do nothing elsewhere. No service ever holds the
 * superuser's password, and nobody but the owner may connect.
 */
export class Databases extends pulumi.ComponentResource implements ServiceDatabases {
  readonly litellm: ServiceDatabase;
  readonly sagewai: ServiceDatabase;

  constructor(name: string, args: DatabasesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:Databases", name, {}, opts);
    this.litellm = this.#database("litellm", args);
    this.sagewai = this.#database("sagewai", args);
    this.registerOutputs({ litellm: this.litellm.url, sagewai: this.sagewai.url });
  }

  /** @param service The name of its resources; the role and the database have it with the prefix. */
  #database(service: string, { server, protect, namePrefix = "" }: DatabasesArgs): ServiceDatabase {
    const { administrator } = server;
    const name = namePrefix + service;
    const password = rolePassword(service, { parent: this });
    const id = server.resource?.id;
    const options = {
      parent: this,
      provider: administrator.provider,
      // A server that goes takes its roles and databases along, and a new one has none. To delete those of the former one
      // would delete the new ones: they have the same names, and are reached the same way.
      ...(id && { retainOnDelete: true, replacementTrigger: id }),
    };
    const role = this.#role(service, { name, administrator, password: password.result, options });
    const member = memberOf(role, `${service}-administrator`, { administrator, options });
    const database = new postgresql.Database(
      service,
      { name, owner: role.name },
      {
        ...options,
        dependsOn: member,
        // Protected, it would keep a new server from getting one; Pulumi forgets it at most, and the server is protected.
        ...(id === undefined && protect !== undefined && { protect }),
        hooks: administrator.hooks(async (connection) => {
          const { removeLeftoverDatabase } = await leftovers();
          if (await removeLeftoverDatabase(connection, { name, owner: name })) this.#madeAgain(`database ${name}`);
        }, "beforeCreate"),
      },
    );
    // PostgreSQL lets everyone connect to a new database.
    const closed = new postgresql.Grant(
      `${service}-closed`,
      { role: "public", database: database.name, objectType: "database", privileges: [] },
      {
        ...options,
        dependsOn: member,
        hooks: administrator.hooks(
          async (connection) => {
            const { ensureClosed } = await import("../providers/postgres/closed-database.ts");
            await ensureClosed(connection, name);
          },
          "afterCreate",
          "afterUpdate",
        ),
      },
    );
    const host = pulumi.output(server.host).apply(urlHost);
    const url = pulumi.secret(
      pulumi.interpolate`postgresql://${role.name}:${password.result}@${host}:${server.port}/${database.name}`,
    );
    return { url, tls: server.tls, resource: database, server: id, ready: [database, closed] };
  }

  /** A role that can log in. The server is told a verifier in place of the password. */
  #role(
    service: string,
    { name, administrator, password, options }: OnServer & { name: string; password: pulumi.Output<string> },
  ): postgresql.Role {
    const hooks = administrator.hooks(async (connection) => {
      const { removeLeftoverRole } = await leftovers();
      const role = { name, password: await known(password) };
      if (await removeLeftoverRole(connection, role)) this.#madeAgain(`role ${name}`);
    }, "beforeCreate");
    return new postgresql.Role(
      service,
      { name, login: true, password: password.apply((text) => scramVerifier(name, text)) },
      { ...options, hooks },
    );
  }

  #madeAgain(what: string): void {
    void pulumi.log.warn(`An update that was interrupted had made the ${what} of PostgreSQL; it is made again.`, this);
  }
}

/** Loaded with its client of PostgreSQL when an update makes a role or a database. */
function leftovers() {
  return import("../providers/postgres/leftovers.ts");
}

interface OnServer {
  administrator: DatabaseAdministrator;
  options: pulumi.CustomResourceOptions;
}

/**
 * Makes an administrator who isn't a superuser a member of the role, for as long as the role is there. Only so may it take
 * what PUBLIC has of the role's database, and connect to it once PUBLIC may not, which Pulumi's plugin does at each refresh.
 */
function memberOf(role: postgresql.Role, name: string, { administrator, options }: OnServer): pulumi.Resource[] {
  if (administrator.member === undefined) return [];
  const member = new postgresql.GrantRole(
    name,
    { role: administrator.member, grantRole: role.name },
    {
      ...options,
      // It goes with the role, after the database, which nobody else may drop.
      retainOnDelete: true,
      // PostgreSQL 16 gives it to whoever creates a role, and the plugin reads that back as if it had been asked for.
      ignoreChanges: ["withAdminOption"],
    },
  );
  return [member];
}
