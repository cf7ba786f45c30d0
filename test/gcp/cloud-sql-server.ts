import { ControlLoop } from "../gcp-plugin/gke/control-loop.ts";
import type { TestCloud } from "../gcp-plugin/test-cloud.ts";
import { encrypt } from "../kubernetes/encrypted-postgres.ts";
import { TestPostgres } from "../postgres/server.ts";
import { TestAuthority } from "../tls/authority.ts";

/**
 * A real PostgreSQL behind the Cloud SQL instance of a test's cloud: the users that are made there can log in, may make
 * roles and databases, and are no superusers, as in Cloud SQL (https://cloud.google.com/sql/docs/postgres/users). When
 * the instance is deleted, or another one made, all that was in it is gone.
 */
export class CloudSqlServer {
  readonly postgres: TestPostgres;
  readonly #cloud: TestCloud;
  readonly #loop: ControlLoop;
  /** The instance that it is: the last one that was made; empty for none. */
  #instance = "";
  /** Names of all instances so far. */
  readonly #instances = new Set<string>();
  /** Ids of the users that are there. */
  readonly #users = new Set<string>();

  private constructor(postgres: TestPostgres, cloud: TestCloud) {
    this.postgres = postgres;
    this.#cloud = cloud;
    this.#loop = new ControlLoop(() => this.#look());
  }

  static async start(cloud: TestCloud): Promise<CloudSqlServer> {
    const postgres = await TestPostgres.create({ password: "administrator-password" });
    const authority = await TestAuthority.create("authority of the instance");
    // Its name is Google's; here it is reached by its address.
    await encrypt(postgres, await authority.issue(["IP:127.0.0.1"]));
    cloud.configure({ postgresAuthorities: [authority.certificate] });
    return new CloudSqlServer(postgres, cloud);
  }

  /** Ends it. @throws Error of its last look at the cloud. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.postgres.delete();
  }

  /** The roles that can log in. */
  async roles(): Promise<string[]> {
    const sql = "SELECT rolname AS name FROM pg_roles WHERE rolcanlogin ORDER BY 1";
    return (await this.postgres.query<{ name: string }>(sql)).map(({ name }) => name);
  }

  async databases(): Promise<string[]> {
    const sql = "SELECT datname AS name FROM pg_database WHERE NOT datistemplate ORDER BY 1";
    return (await this.postgres.query<{ name: string }>(sql)).map(({ name }) => name);
  }

  async #look(): Promise<void> {
    const there = this.#cloud.list("sql/DatabaseInstance").map(({ id }) => id);
    const another = there.find((name) => !this.#instances.has(name));
    if (another !== undefined || (this.#instance !== "" && !there.includes(this.#instance))) {
      await this.#empty();
      this.#instance = another ?? "";
      this.#instances.add(this.#instance);
    }
    for (const { id, properties } of this.#cloud.list("sql/User")) {
      const { name, password, instance } = properties as Record<"name" | "password" | "instance", string>;
      if (instance !== this.#instance || this.#users.has(id)) continue;
      await this.postgres.query(`CREATE ROLE "${name}" LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`);
      this.#users.add(id);
    }
  }

  async #empty(): Promise<void> {
    const databases = (await this.databases()).filter((name) => name !== "postgres");
    for (const name of databases) await this.postgres.query(`DROP DATABASE "${name}" WITH (FORCE)`);
    const roles = (await this.roles()).filter((name) => name !== "postgres");
    for (const name of roles) await this.postgres.query(`DROP OWNED BY "${name}"; DROP ROLE "${name}"`);
    this.#users.clear();
  }
}
