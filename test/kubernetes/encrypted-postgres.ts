import { chown, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import type { TestPostgres } from "../postgres/server.ts";

const KEY = "server.key";
const CERTIFICATE = "server.crt";

/** Gives a server a certificate of its own, as Cloud SQL has one, and lets it log who connects and how. */
export async function encrypt(server: TestPostgres): Promise<void> {
  const [row] = await server.query<{ data_directory: string }>("SHOW data_directory");
  const data = row?.data_directory ?? "";
  const { uid, gid } = await stat(data);
  const folder = await mkdtemp(join(tmpdir(), "certificate-"));
  const options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=postgres"];
  await execa("openssl", ["req", ...options, "-keyout", join(folder, KEY), "-out", join(folder, CERTIFICATE)]);
  for (const name of [KEY, CERTIFICATE]) {
    await writeFile(join(data, name), await readFile(join(folder, name)), { mode: 0o600 });
    await chown(join(data, name), uid, gid);
  }
  await rm(folder, { recursive: true });
  await server.query("ALTER SYSTEM SET ssl = on");
  await server.query("ALTER SYSTEM SET log_connections = on");
  await server.query("SELECT pg_reload_conf()");
}
