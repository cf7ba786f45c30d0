import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { PostgresServer } from "./platform.ts";

export interface DatabasesArgs {
  server: PostgresServer;
}

/** A database of one service, and the URL that only that service gets. */
export interface ServiceDatabase {
  /** `postgresql://role:password@host:port/database`: secret. */
  url: pulumi.Output<string>;
  /** What lives in the database names this as `deletedWith`. */
  resource: pulumi.Resource;
  /** The database with its grants: what uses it depends on these. */
  ready: pulumi.Resource[];
}

/**
 * One database for each service, owned by a role of its own that can do nothing elsewhere. No service ever holds the
 * superuser's password, and nobody but the owner may connect.
 */
export class Databases extends pulumi.ComponentResource {
  readonly litellm: ServiceDatabase;
  readonly sagewai: ServiceDatabase;

  constructor(name: string, args: DatabasesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:Databases", name, {}, opts);
    this.litellm = this.#database("litellm", args.server);
    this.sagewai = this.#database("sagewai", args.server);
    this.registerOutputs({ litellm: this.litellm.url, sagewai: this.sagewai.url });
  }

  #database(name: string, server: PostgresServer): ServiceDatabase {
    // Letters and digits only: some of the services' tools put the URL through parsers that `%` or `@` would break.
    const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this });
    // A server that goes takes its roles and databases along.
    const options = { parent: this, provider: server.administrator, deletedWith: server.resource };
    const role = new postgresql.Role(name, { name, login: true, password: password.result }, options);
    const database = new postgresql.Database(name, { name, owner: role.name }, options);
    // PostgreSQL lets everyone connect to a new database.
    const closed = new postgresql.Grant(
      `${name}-closed`,
      { role: "public", database: database.name, objectType: "database", privileges: [] },
      options,
    );
    const url = pulumi.secret(
      pulumi.interpolate`postgresql://${role.name}:${password.result}@${server.host}:${server.port}/${database.name}`,
    );
    return { url, resource: database, ready: [database, closed] };
  }
}
