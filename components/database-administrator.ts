import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

import type { AdministratorConnection } from "../providers/postgres/connection.ts";

export interface DatabaseAdministratorArgs {
  /** The host as in a URL: an IPv6 address has brackets. */
  host: pulumi.Input<string>;
  port: pulumi.Input<number>;
  username: pulumi.Input<string>;
  password: pulumi.Input<string>;
  sslmode: AdministratorConnection["sslmode"];
  /** A file with the authorities that count. Default: those of the machine. */
  sslrootcert?: pulumi.Input<string>;
  /** Whether the administrator is a superuser; on a cloud's server nobody is. */
  superuser: boolean;
}

/** Who makes roles and databases on a PostgreSQL server: through Pulumi's plugin, and by hand around it. */
export class DatabaseAdministrator {
  readonly provider: postgresql.Provider;
  /** Secret. */
  readonly connection: pulumi.Output<AdministratorConnection>;
  /** The administrator's name where it reaches what belongs to a role only as a member of the role; undefined for a superuser. */
  readonly member: pulumi.Input<string> | undefined;

  constructor(name: string, args: DatabaseAdministratorArgs, opts: pulumi.ResourceOptions) {
    const { superuser, ...connection } = args;
    // A superuser is what the plugin expects.
    this.provider = new postgresql.Provider(name, { ...connection, ...(!superuser && { superuser }) }, opts);
    this.connection = pulumi.secret(pulumi.output(connection));
    this.member = superuser ? undefined : args.username;
  }

  /**
   * Hooks that do `work` at these moments of what Pulumi's plugin does, as this administrator. A preview has none: nothing
   * would call them, and Pulumi would listen on a port for them.
   */
  hooks(
    work: (connection: AdministratorConnection) => Promise<void>,
    ...moments: ("beforeCreate" | "afterCreate" | "afterUpdate")[]
  ): pulumi.ResourceHookBinding {
    if (pulumi.runtime.isDryRun()) return {};
    const hook: pulumi.ResourceHookFunction = async () => {
      await work(await known(this.connection));
    };
    return Object.fromEntries(moments.map((moment) => [moment, [hook]]));
  }
}

/** What an output holds, in a hook, where everything is known. */
export function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
    });
  });
}
