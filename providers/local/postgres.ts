import "../../toolchain/exit-with-engine.ts";

import { join } from "node:path";

import getPort from "get-port";

import { gatewayHome } from "../../toolchain/gateway-home.ts";
import type { Lifecycle } from "../shell.ts";
import { isTaken } from "./loopback-port.ts";
import { LocalPostgresServer, type PostgresSpecification } from "./postgres-server.ts";
import { moveFolder } from "./stack-folder.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/local/postgres.ts";
  type: "local:Postgres";
}

export interface Inputs extends Omit<PostgresSpecification, "port"> {
  /**
   * Path under the gateway's home: the state of a checkout that was moved or copied must not lead to the other one. It begins
   * with the stack's name, and moves with it.
   */
  folder: string;
  /** Chosen when the server is made, and kept; another one only if somebody took it while the server was down. */
  port?: number;
  /** How often it has been brought up with the same settings: 1, and one more each time it was found dead. */
  start?: number;
}

type State = Inputs & PostgresSpecification;

function server(state: PostgresSpecification): LocalPostgresServer {
  return new LocalPostgresServer({ ...state, folder: join(gatewayHome(), state.folder) });
}

/** A PostgreSQL server of this machine as a Pulumi resource. */
export const provider: Lifecycle<Inputs, State> = {
  /** Looks whether the server of the last update is still there; see the provider of services. */
  async check(olds, news) {
    const { start, port } = olds as Partial<State>;
    if (start === undefined || port === undefined) {
      return { inputs: { ...news, port: await getPort({ host: "127.0.0.1" }), start: 1 } };
    }
    if (await server({ ...olds, port }).isRunning()) return { inputs: { ...news, port, start } };
    const free = (await isTaken(port)) ? await getPort({ host: "127.0.0.1" }) : port;
    return { inputs: { ...news, port: free, start: start + 1 } };
  },

  async diff(_id, olds, news) {
    const keys = ["folder", "port", "password", "maxConnections", "start"] as const;
    return { changes: keys.some((key) => olds[key] !== news[key]), replaces: [] };
  },

  async create(inputs) {
    await server(inputs as State).create();
    return { id: inputs.folder, outs: inputs as State };
  },

  async read(id, props) {
    return { id, ...(props && { props }) };
  },

  async update(_id, olds, news) {
    await moveFolder(olds.folder, news.folder, () => server(olds).stop());
    await server(news as State).restart(olds.password);
    return { outs: news as State };
  },

  async delete(_id, props) {
    await server(props).destroy();
  },
};
