import pg from "pg";
import type { PoolClient, PoolConfig } from "pg";

const { TEXT } = pg.types.builtins;
const TEXT_ARRAY = 1009;
const NAME_ARRAY = 1003;

/** From here on types are enums and extensions', which the adapter takes for text by itself. */
const FIRST_CUSTOM_TYPE = 10_000;

/** The built-in types that the adapter reads; their arrays, whose numbers pg does not name, on the second line. */
const READABLE_TYPES = new Set([
  16, 17, 20, 21, 23, 25, 26, 114, 142, 650, 700, 701, 790, 869, 1042, 1043, 1082, 1083, 1114, 1184, 1266, 1560, 1562,
  1700, 2950, 3802, 143, 199, 651, 791, 1000, 1001, 1002, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1028, 1041,
  1115, 1182, 1183, 1231, 1561, 1563, 2951, 3807,
]);

/** The fields of a result, as the server describes them before its first row. */
interface RowDescription {
  fields: { dataTypeID: number }[];
}

/**
 * A pool of connections for Prisma's adapter. The adapter refuses columns of types that Prisma's own driver reads, such
 * as `name`, `void` and `interval`, so these are described to it as text.
 *
 * @param onLost Told the reason when a connection breaks while nobody is waiting for it.
 */
export function openPool(config: PoolConfig, onLost: (reason: string) => void): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on("error", (error) => {
    onLost(error.message);
  });
  pool.on("connect", (client: PoolClient & Pick<pg.Client, "connection">) => {
    // Without a listener, a connection that breaks between two statements of a transaction ends the process.
    client.on("error", (error) => {
      onLost(error.message);
    });
    client.connection.prependListener("rowDescription", describeAsText);
  });
  return pool;
}

function describeAsText({ fields }: RowDescription): void {
  for (const field of fields) {
    if (field.dataTypeID >= FIRST_CUSTOM_TYPE || READABLE_TYPES.has(field.dataTypeID)) continue;
    field.dataTypeID = field.dataTypeID === NAME_ARRAY ? TEXT_ARRAY : TEXT;
  }
}
