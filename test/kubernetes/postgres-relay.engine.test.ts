import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import getPort from "get-port";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";

import { TestCluster } from "../cluster/test-cluster.ts";
import { clusterPlugin } from "../kubernetes-plugin/plugin-environment.ts";
import { TestPostgres } from "../postgres/server.ts";
import { selfSignedCertificate, TestAuthority } from "../tls/authority.ts";
import { ManInTheMiddle } from "../tls/man-in-the-middle.ts";
import { TestStack } from "../toolchain/plugins/stack.ts";
import { encrypt } from "./encrypted-postgres.ts";
import { RelayPod } from "./relay-pod.ts";
import { relayProgram } from "./relay-program.ts";

// Roles, databases and grants on a PostgreSQL server that only a cluster reaches, each test going on where the one before
// it ended: a real API server, the real relay behind its pod, a real server with TLS, and the real engine.

/** Long enough for a first build of the control plane on two cores. */
const BUILD = 1_200_000;
const NAMESPACE = "relay-test";

let cluster: TestCluster;
let server: TestPostgres;
let stack: TestStack;
let pod: RelayPod;
let localPort: number;
let authority: TestAuthority;

beforeAll(async () => {
  [cluster, server, localPort, authority] = await Promise.all([
    TestCluster.start(),
    TestPostgres.create({ password: "administrator-password" }),
    getPort({ host: "127.0.0.1" }),
    TestAuthority.create(),
  ]);
  await encrypt(server, await authority.issue(["DNS:name.of.google"]));
  Object.assign(process.env, await clusterPlugin());
  stack = await TestStack.create();
  await deploys();
  pod = new RelayPod(cluster, NAMESPACE, "postgres-relay");
}, BUILD);

afterAll(async () => {
  try {
    await stack.delete();
    await pod.stop();
    await server.delete();
  } finally {
    await cluster.stop();
  }
});

/** Replaces the program by one with the stack's databases, and perhaps more that is made on the server. */
const deploys = (more = "") =>
  stack.program(
    relayProgram({
      ...{ namespace: NAMESPACE, kubeconfig: cluster.kubeconfig, server, localPort, more },
      authority: authority.certificate,
    }),
  );

const EXTRA =
  'new postgresql.Role("extra", { name: "extra", login: true, password: "of-extra" }, { provider: administrator });';

async function roles(): Promise<string[]> {
  const rows = await server.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolcanlogin ORDER BY rolname",
  );
  return rows.map(({ rolname }) => rolname);
}

it("a stack behind the relay makes roles, databases and grants through the cluster, encrypted from end to end", async () => {
  await deploys(EXTRA);
  await Promise.all([stack.up(), pod.start()]);
  expect(await roles()).toEqual(["extra", "litellm", "postgres", "sagewai"]);
  expect(await server.query("SELECT has_database_privilege('extra', 'litellm', 'CONNECT') AS open")).toEqual([
    { open: false },
  ]);
  expect(server.log()).toMatch(/connection authorized: user=postgres .*application_name=pulumi SSL enabled/);
  expect(server.log()).not.toMatch(/application_name=pulumi(?! SSL enabled)/);
});

it("a stack behind the relay shows no change when nothing changed, in two previews at a time", async () => {
  expect(await Promise.all([stack.plan(), stack.plan()])).toEqual([{}, {}]);
});

it("a stack behind the relay deletes what the program no longer has, though the program has ended by then, and waits for no stray connection", async () => {
  await deploys();
  const run = stack.start("up", "--yes", "--skip-preview");
  const stray = await Promise.race([dialled(localPort), run]);
  const { exitCode, all } = await run;
  expect(exitCode, all).toBe(0);
  expect(await roles()).toEqual(["litellm", "postgres", "sagewai"]);
  expect(stray).toMatchObject({ destroyed: true });
});

it("a stack behind the relay refreshes with the program, and says what is missing without", async () => {
  await server.query("DROP DATABASE sagewai");
  expect(await stack.fails("refresh", "--yes", "--skip-preview")).toContain("ECONNREFUSED");
  await stack.succeeds("refresh", "--yes", "--run-program");
  expect(await stack.plan()).toMatchObject({ sagewai: "create" });
  await stack.succeeds("up", "--yes", "--refresh", "--run-program");
  expect(await stack.plan()).toEqual({});
});

it("a stack behind the relay waits for a relay that is gone for a while", async () => {
  await pod.kill();
  await deploys(EXTRA);
  const run = stack.start("up", "--yes", "--skip-preview");
  const lines: string[] = [];
  run.all.on("data", (chunk: Buffer) => lines.push(String(chunk)));
  await expect.poll(() => lines.join(""), { timeout: 60_000 }).toContain("Role extra creating");
  await sleep(2_000);
  expect(await roles()).not.toContain("extra");
  pod.run();
  const { exitCode, all } = await run;
  expect(exitCode, all).toBe(0);
  expect(await roles()).toContain("extra");
});

it("a stack behind the relay tells nothing to one between the relay and the server, whether he says that there is no TLS or has a certificate of his own", async () => {
  await deploys();
  for (const kind of ["strip", "impersonate"] as const) {
    const certificate = await selfSignedCertificate(["DNS:name.of.google", "IP:127.0.0.1"]);
    const between = await ManInTheMiddle.start({ protocol: "postgres", kind, certificate });
    await pod.kill();
    pod.run(between.port);
    expect(await stack.fails("up", "--yes", "--skip-preview")).toMatch(/certificate|SSL/);
    await pod.kill();
    await between.stop();
    expect(between.connections).toBeGreaterThan(0);
    expect(between.heard).toBe("");
  }
  pod.run();
  await stack.up();
  expect(await roles()).not.toContain("extra");
  await deploys(EXTRA);
  await stack.up();
});

it("a stack behind the relay passes on what the server says when it goes in the middle of a statement, and the next run finishes it", async () => {
  await deploys();
  const other = new pg.Client({ host: "127.0.0.1", port: server.port, user: "postgres", password: server.password });
  await other.connect();
  // No role can be dropped for as long as this is open.
  await other.query("BEGIN; LOCK TABLE pg_auth_members IN EXCLUSIVE MODE");
  const run = stack.start("up", "--yes", "--skip-preview");
  const waiting = () => server.query("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  await expect.poll(waiting, { timeout: 60_000 }).toHaveLength(1);
  await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  const { exitCode, all } = await run;
  await other.end();
  expect(exitCode).not.toBe(0);
  expect(all).toContain("terminating connection due to administrator command");
  await stack.up();
  expect(await roles()).not.toContain("extra");
});

it("a stack behind the relay says at once what does not come by itself, and a refresh finds it", async () => {
  await cluster.api.delete({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "postgres-relay", namespace: NAMESPACE },
  });
  await deploys(EXTRA);
  const said = await stack.fails("up", "--yes", "--skip-preview");
  expect(said.split("Diagnostics:")[1]?.split("there is no Service relay-test/postgres-relay")).toHaveLength(2);
  // What hangs on the Service can't be read, but the Service is known to be gone.
  await stack.fails("refresh", "--yes", "--skip-preview", "--run-program");
  expect(await stack.plan()).toEqual({ "postgres-relay": "create", extra: "create" });
  await stack.up();
  expect(await roles()).toContain("extra");
});

it("a stack behind the relay says which setting to change when its port is taken; a preview shares it, but not with another account", async () => {
  await deploys(EXTRA);
  await stack.up();
  const holder = createServer();
  holder.listen(localPort, "127.0.0.1");
  await once(holder, "listening");
  expect(await stack.plan()).toEqual({});
  // Another account's program would be told PostgreSQL's password: here it is this program that is another account's.
  await deploys(`${EXTRA} process.getuid = () => 12345;`);
  const preview = await stack.fails("preview");
  await deploys(EXTRA);
  const said = await stack.fails("up", "--yes", "--skip-preview");
  holder.close();
  const taken = `error: Port ${localPort} of this machine, through which Pulumi reaches PostgreSQL, is taken.`;
  expect(preview).toContain(taken);
  expect(said).toContain(taken);
  expect(said).toContain("set llm-gateway:gcp.postgres.localPort to a port that is free");
});

it("a stack behind the relay destroys what does not go with the server only with the program", async () => {
  expect(await stack.fails("destroy", "--yes", "--skip-preview")).toContain("ECONNREFUSED");
  expect(await roles()).toContain("extra");
  await stack.succeeds("destroy", "--yes", "--skip-preview", "--run-program");
  expect(await roles()).toEqual(["litellm", "postgres", "sagewai"]);
  expect(JSON.parse(await stack.exported())).not.toHaveProperty("deployment.resources");
});

it("a stack behind the relay destroys what goes with the server without a connection to it", async () => {
  // A new server knows nothing of the former one's.
  for (const name of ["litellm", "sagewai"]) {
    await server.query(`DROP DATABASE ${name}`);
    await server.query(`DROP ROLE ${name}`);
  }
  await deploys();
  await stack.up();
  await pod.kill();
  await stack.succeeds("destroy", "--yes", "--skip-preview");
  expect(await roles()).toEqual(["litellm", "postgres", "sagewai"]);
});

/** An open connection to the port, as soon as somebody listens there. */
async function dialled(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const opened = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    if (opened) {
      socket.on("error", () => undefined);
      return socket.resume();
    }
    await sleep(50);
  }
}
