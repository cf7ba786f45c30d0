import { z } from "zod";

/** A number, which SDKs send to providers as text. */
const integer = z.coerce.number().pipe(z.int());

/** Where the server is and who administers it; names, defaults and meaning are those of the official provider. */
export const settings = z.object({
  host: z.string(),
  port: integer.default(5432),
  database: z.string().default("postgres"),
  username: z.string().default("postgres"),
  password: z.string().optional(),
  sslmode: z.enum(["disable", "require", "verify-ca", "verify-full"]).default("require"),
  sslrootcert: z.string().optional(),
  /** Seconds. */
  connectTimeout: integer.default(180),
  /** Always met: there is one connection at a time. */
  maxConnections: integer.optional(),
  /** Whether the user is a superuser, who reads passwords back; one who isn't fails at that. */
  superuser: z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]).default(true),
  /** The name of the role that the user acts as, where it differs from the user's own. */
  databaseUsername: z.string().optional(),
});
export type Settings = z.output<typeof settings>;
