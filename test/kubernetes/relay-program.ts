/** What the program of a test needs to know. */
export interface RelayProgram {
  namespace: string;
  kubeconfig: string;
  /** The PostgreSQL server behind the relay. */
  server: { port: number; password: string };
  /** The certificate of its authority. */
  authority: string;
  /** The port of this machine that Pulumi's plugin dials. */
  localPort: number;
  /** Further code, which knows `administrator`, the provider of what is on the server. */
  more?: string;
}

const component = (path: string) => JSON.stringify(new URL(`../../components/${path}`, import.meta.url).pathname);

/** A program with the databases of a gateway on a server that only a cluster reaches. */
export function relayProgram({ namespace, kubeconfig, server, authority, localPort, more = "" }: RelayProgram): string {
  return `
    import * as kubernetes from "@pulumi/kubernetes";
    const { authoritiesFile } = await import(${component("authorities-file.ts")});
    const { DatabaseAdministrator } = await import(${component("database-administrator.ts")});
    const { Databases } = await import(${component("databases.ts")});
    const { OwnSecrets } = await import(${component("kubernetes/cluster-secrets.ts")});
    const { PostgresRelay } = await import(${component("kubernetes/postgres-relay.ts")});
    const { tunnel } = await import(${component("kubernetes/tunnel.ts")});
    // Known only once the update has run, as that of a new cluster is.
    const made = new random.RandomId("cluster", { byteLength: 2 });
    const kubeconfig = pulumi.secret(made.hex.apply(() => ${JSON.stringify(kubeconfig)}));
    const provider = new kubernetes.Provider("kubernetes", { kubeconfig, enableServerSideApply: true });
    const space = new kubernetes.core.v1.Namespace("namespace", { metadata: { name: "${namespace}" } }, { provider });
    const nobody = { cidrs: [], namespaces: [] };
    const addresses = { cidrs: ["127.0.0.1/32"], namespaces: [] };
    const place = {
      namespace: space.metadata.name,
      network: {
        ports: { gateway: 4000, admin: 8000 }, clients: nobody, administrators: nobody, scrapers: nobody, resolvers: nobody,
        postgres: { ports: [${server.port}], addresses }, readReplica: undefined, redis: undefined, identity: undefined,
        providerPorts: [],
      },
      secrets: new OwnSecrets(), pullSecrets: [], protect: false,
    };
    const relay = new PostgresRelay(
      "postgres-relay",
      { place, version: "1.0.1", host: "127.0.0.1", port: ${server.port}, kubeconfig },
      { providers: [provider] },
    );
    const throughCluster = new DatabaseAdministrator("postgres", {
      host: "127.0.0.1",
      port: tunnel({ access: relay.access, port: ${localPort}, setting: "gcp.postgres.localPort" }),
      username: "postgres", password: ${JSON.stringify(server.password)}, sslmode: "verify-ca",
      sslrootcert: authoritiesFile(${JSON.stringify(authority)}), superuser: false,
    }, { dependsOn: relay.ready });
    const administrator = throughCluster.provider;
    // Stands for the server as a resource, which takes along what is in it.
    const resource = new random.RandomId("server", { byteLength: 2 });
    new Databases("databases", { server: { host: "10.2.0.5", port: 5432, administrator: throughCluster, resource } });
    ${more}`;
}
