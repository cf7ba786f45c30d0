import { chown, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { TestPostgres } from "../postgres/server.ts";
import type { ServerCertificate } from "../tls/authority.ts";

/** Gives a server a certificate, from the next connection on, and lets it log who connects and how. */
export async function encrypt(server: TestPostgres, { certificate, key }: ServerCertificate): Promise<void> {
  const [row] = await server.query<{ data_directory: string }>("SHOW data_directory");
  const data = row?.data_directory ?? "";
  const { uid, gid } = await stat(data);
  for (const [name, text] of Object.entries({ "server.crt": certificate, "server.key": key })) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    await chown(join(data, name), uid, gid);
  }
  await server.query("ALTER SYSTEM SET ssl = on");
  await server.query("ALTER SYSTEM SET log_connections = on");
  await server.query("SELECT pg_reload_conf()");
}
