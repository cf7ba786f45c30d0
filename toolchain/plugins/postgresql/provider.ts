import type { Provider } from "../provider-server.ts";
import { databaseType } from "./database.ts";
import { grantType } from "./grant.ts";
import { grantRoleType } from "./grant-role.ts";
import { roleType } from "./role.ts";
import { PostgresServer } from "./server.ts";
import { settings } from "./settings.ts";

/** Stands in for the official plugin `postgresql` where that can't be downloaded. Each one has a configuration of its own. */
export function provider(): Provider {
  const server = new PostgresServer();
  return {
    version: "3.18.1",
    config: settings,
    configure: (config) => {
      server.configure(settings.parse(config));
    },
    resources: {
      "postgresql:index/database:Database": databaseType(server),
      "postgresql:index/grant:Grant": grantType(server),
      "postgresql:index/grantRole:GrantRole": grantRoleType(server),
      "postgresql:index/role:Role": roleType(server),
    },
  };
}
