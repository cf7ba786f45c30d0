import { PrismaPg } from "@prisma/adapter-pg";
import { err } from "@prisma/driver-adapter-utils";
import type { DriverAdapter, Queryable, Result, Transaction } from "@prisma/driver-adapter-utils";
import type { Pool } from "pg";

/**
 * Errors of the driver, such as a lost connection. The engine passes on only their number, so they wait here until
 * whoever answers the query takes them.
 */
export class DriverErrors {
  readonly #errors = new Map<number, unknown>();
  #next = 0;

  /** The result of `work`, or the number of the error that it threw. */
  async capture<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await work();
    } catch (error) {
      const id = this.#next++;
      this.#errors.set(id, error);
      return err({ kind: "GenericJs", id });
    }
  }

  /** The error with that number, which is forgotten. */
  take(id: number): unknown {
    const error = this.#errors.get(id);
    this.#errors.delete(id);
    return error;
  }
}

/**
 * The adapter through which the engine reaches PostgreSQL.
 *
 * @param schema The schema that unqualified names are in.
 * @param errors Where the errors go that the engine cannot carry.
 */
export function createAdapter(pool: Pool, schema: string, errors: DriverErrors): DriverAdapter {
  const adapter = new PrismaPg(pool, { schema });
  return {
    ...captured(adapter, errors),
    getConnectionInfo: () => adapter.getConnectionInfo(),
    startTransaction: async () => {
      const started = await errors.capture(() => adapter.startTransaction());
      return started.map((transaction): Transaction => ({
        ...captured(transaction, errors),
        options: transaction.options,
        commit: () => errors.capture(() => transaction.commit()),
        rollback: () => errors.capture(() => transaction.rollback()),
      }));
    },
  };
}

function captured(queryable: Queryable, errors: DriverErrors): Queryable {
  return {
    provider: queryable.provider,
    adapterName: queryable.adapterName,
    queryRaw: (query) => errors.capture(() => queryable.queryRaw(query)),
    executeRaw: (query) => errors.capture(() => queryable.executeRaw(query)),
  };
}
