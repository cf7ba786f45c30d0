import { serveProvider } from "../provider-server.ts";
import { PostgresServer } from "./server.ts";
import { settings } from "./settings.ts";
import { databaseType } from "./database.ts";
import { grantType } from "./grant.ts";
import { grantRoleType } from "./grant-role.ts";
import { roleType } from "./role.ts";

const server = new PostgresServer();

/** Stands in for the official plugin `postgresql` where that can't be downloaded. */
await serveProvider({
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
});
