import { z } from "zod";

import { createAdapter, DriverErrors } from "./adapter.ts";
import { addressOf, connectionOf, schemaOf } from "./connection.ts";
import { toJsonQuery } from "./graphql-to-json.ts";
import { toGraphqlResponse } from "./json-to-graphql.ts";
import { openPool } from "./pool.ts";
import { readModels } from "./schema-models.ts";
import { loadQueryEngine } from "./wasm.ts";

/** The body of a query, as the Python client posts it. */
const payload = z.union([
  z.object({ batch: z.array(z.object({ query: z.string() })), transaction: z.boolean().optional() }),
  z.object({ query: z.string() }),
]);

/** A response whose errors came from the driver; the rest of it is passed on as it is. */
const failedResponse = z.looseObject({
  errors: z.array(
    z.looseObject({
      user_facing_error: z.looseObject({ meta: z.looseObject({ id: z.number().optional() }).nullish() }).optional(),
    }),
  ),
});

/** Prisma's code for an error of the driver, which has no meaning outside this process. */
const DRIVER_ERROR = '"P2036"';

/** Nothing is traced. */
const TRACE = "{}";

/** A query engine that is connected to its database and speaks the GraphQL protocol. Requests and responses are texts. */
export interface Engine {
  /** @param body A query or a batch of them. */
  query(body: string, transactionId?: string): Promise<string>;
  /** @param options `max_wait`, `timeout` in milliseconds and the isolation level, as JSON. */
  start(options: string): Promise<string>;
  commit(transactionId: string): Promise<string>;
  rollback(transactionId: string): Promise<string>;
}

/**
 * Opens the engine, which connects with its first query. Prisma's own connects at once and gives up if it cannot, so
 * that a proxy that restarts its engine while the database is down is without one for a while when it is back.
 *
 * @param url A Prisma connection URL.
 * @param datamodel The text of a schema.prisma.
 * @param log Takes a line that holds no data: why a connection was lost.
 * @throws {Error} If the schema is not valid.
 */
export async function openEngine(url: URL, datamodel: string, log: (line: string) => void): Promise<Engine> {
  const pool = openPool(connectionOf(url), (reason) => {
    log(`a connection to the database was lost: ${reason}`);
  });

  const models = readModels(datamodel);
  const errors = new DriverErrors();
  const QueryEngine = loadQueryEngine();
  const engine = new QueryEngine(
    { datamodel, logLevel: "error", logQueries: false },
    // What the engine logs about a failure is in its response, with the values of the query; it stays out of logs.
    () => undefined,
    createAdapter(pool, schemaOf(url), errors),
  );
  await engine.connect(TRACE);

  const query = async (body: string, transactionId?: string) => {
    const request = payload.parse(JSON.parse(body));
    const translated =
      "query" in request
        ? toJsonQuery(request.query, models)
        : {
            batch: request.batch.map((one) => toJsonQuery(one.query, models)),
            ...(request.transaction && { transaction: {} }),
          };
    const isRaw = "query" in translated && translated.modelName === undefined;
    const response = await engine.query(JSON.stringify(translated), TRACE, transactionId);
    return toGraphqlResponse(explained(response, errors, addressOf(url)), isRaw);
  };

  return {
    query,
    start: (options) => engine.startTransaction(options, TRACE),
    commit: (id) => engine.commitTransaction(id, TRACE),
    rollback: (id) => engine.rollbackTransaction(id, TRACE),
  };
}

/** The response with what Prisma's own driver would say in place of the numbers of driver errors. */
function explained(response: string, errors: DriverErrors, address: string): string {
  if (!response.includes(DRIVER_ERROR)) return response;
  const parsed = failedResponse.safeParse(JSON.parse(response));
  if (!parsed.success) return response;

  const explain = (error: (typeof parsed.data.errors)[number]) => {
    const id = error.user_facing_error?.meta?.id;
    const cause = id === undefined ? undefined : errors.take(id);
    if (!(cause instanceof Error)) return error;
    const [code, message] = cause.message.includes("timeout exceeded when trying to connect")
      ? ["P2024", "Timed out fetching a new connection from the connection pool."]
      : ["P1001", `Can't reach database server at \`${address}\`: ${cause.message}`];
    return failure(code, message);
  };
  return JSON.stringify({ ...parsed.data, errors: parsed.data.errors.map(explain) });
}

/** An error as responses of the engine carry it. */
export function failure(code: string, message: string) {
  return { error: message, user_facing_error: { is_panic: false, message, meta: {}, error_code: code } };
}
