import grpc from "@grpc/grpc-js";

/** How long calls under way may take once the engine is gone, in milliseconds. */
const GRACE = 10_000;

/** The engine's own limit for messages: a whole stack's configuration can come in one. */
const MAX_MESSAGE = 400 * 1024 * 1024;

const underWay = new Set<Promise<unknown>>();

/** A server of one gRPC service, which listens nowhere yet; methods that it lacks answer UNIMPLEMENTED, as the protocol wants. */
export function grpcServer(service: grpc.ServiceDefinition, methods: grpc.UntypedServiceImplementation): grpc.Server {
  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE });
  server.addService(service, methods);
  return server;
}

/**
 * Serves the engine that started this process until that engine is done, or gone: it holds the other end of standard
 * input, whose end comes even after `kill -9`. Calls under way are finished first. An idle plugin ends at once, since
 * the engine waits for one after the other and calls a slow one crashed.
 *
 * @param onStop Ends what the plugin started itself.
 */
export async function servePlugin(
  service: grpc.ServiceDefinition,
  methods: grpc.UntypedServiceImplementation,
  onStop: () => void = () => undefined,
): Promise<void> {
  const server = grpcServer(service, methods);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });

  const stop = () => {
    onStop();
    setTimeout(() => process.exit(), GRACE);
    void Promise.allSettled(underWay).then(() => process.exit());
  };
  process.stdin.once("close", stop).on("error", stop).resume();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);

  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
}

/** A method that answers one request with one response; its error's message is what the engine shows. */
export function unary<Request, Response>(
  work: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const answer = work(call.request).then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback({ code: grpc.status.UNKNOWN, message: error instanceof Error ? error.message : String(error) });
      },
    );
    underWay.add(answer);
    void answer.finally(() => underWay.delete(answer));
  };
}
