import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** The little of the websocket package that is used: it comes with the Kubernetes client, without types. */
interface WebSocketPackage {
  WebSocketServer: new (options: { noServer: true; handleProtocols: () => string }) => {
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (tunnel: Tunnel) => void): void;
  };
}

interface Tunnel {
  send(data: Buffer): void;
  close(): void;
  on(event: "message", listener: (data: Buffer) => void): void;
  on(event: "close", listener: () => void): void;
}

const client = createRequire(createRequire(import.meta.url).resolve("@kubernetes/client-node"));
const { WebSocketServer } = client("ws") as WebSocketPackage;

const PROTOCOL = "v4.channel.k8s.io";
const DATA = 0;
const ERROR = 1;

/** What the stand-in answers, to be changed while it runs. */
export interface Script {
  /** Ports of the Service by name; none if there is no such Service. */
  ports?: Record<string, number>;
  /** Names of the pods behind it, and whether they are ready. */
  pods: Record<string, boolean>;
  /** The pods' port behind the Service's port `http`. */
  podPort: number;
  /** What the pod's end of a port-forward says in place of taking it. */
  refusal?: string;
  /** Status that every call of the API gets. */
  status?: number;
}

/** A stand-in for a Kubernetes API server with one Service `gateway/litellm`, whose pods all lead to one local port. */
export async function scriptedCluster(script: Script) {
  const forwarded: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (script.status !== undefined) answer(script.status, {});
    else if (request.url?.includes("/endpointslices")) answer(200, { items: [slice(script)] });
    else if (script.ports && request.url === "/api/v1/namespaces/gateway/services/litellm") {
      answer(200, service(script.ports));
    } else answer(404, {});
  });
  const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => PROTOCOL });
  server.on("upgrade", (request, socket, head) => {
    forwarded.push(request.url ?? "");
    webSockets.handleUpgrade(request, socket, head, (tunnel) => {
      const port = Buffer.from([script.podPort & 255, script.podPort >> 8]);
      for (const channel of [DATA, ERROR]) tunnel.send(Buffer.concat([Buffer.from([channel]), port]));
      if (script.refusal !== undefined) {
        tunnel.send(Buffer.concat([Buffer.from([ERROR]), Buffer.from(script.refusal)]));
        tunnel.close();
        return;
      }
      sockets.add(pipe(tunnel, script.podPort));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** Text of a kubeconfig that leads here, with the contexts `test` and `other`. */
    kubeconfig: kubeconfig(url),
    /** Paths of the port-forwards that were asked for. */
    forwarded,
    /** Ends all port-forwards, as when their pod is deleted. */
    breakForwards() {
      for (const socket of sockets) socket.destroy();
    },
    async end() {
      this.breakForwards();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pipe(tunnel: Tunnel, port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  tunnel.on("message", (data) => socket.write(data.subarray(1)));
  tunnel.on("close", () => socket.destroy());
  socket.on("data", (data: Buffer) => {
    tunnel.send(Buffer.concat([Buffer.from([DATA]), data]));
  });
  socket.on("close", () => {
    tunnel.close();
  });
  socket.on("error", () => undefined);
  return socket;
}

function service(ports: Record<string, number>): object {
  return {
    spec: { selector: { app: "litellm" }, ports: Object.entries(ports).map(([name, port]) => ({ name, port })) },
  };
}

function slice({ pods, podPort }: Script): object {
  return {
    ports: [{ name: "http", port: podPort }],
    endpoints: Object.entries(pods).map(([name, ready]) => ({
      addresses: ["127.0.0.1"],
      conditions: { ready },
      targetRef: { kind: "Pod", name },
    })),
  };
}

function kubeconfig(server: string): string {
  const context = (name: string) => ({ name, context: { cluster: "here", user: "me" } });
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "here", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "me", user: { token: "a-token" } }],
    contexts: [context("test"), context("other")],
  });
}
