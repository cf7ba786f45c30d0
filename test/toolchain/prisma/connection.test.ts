import { availableParallelism } from "node:os";

import { describe, expect, it } from "vitest";

import { addressOf, connectionOf, databaseUrl, schemaOf } from "../../../toolchain/prisma/connection.ts";

describe("the database", () => {
  it("is the one of DATABASE_URL", () => {
    expect(databaseUrl({ DATABASE_URL: "postgresql://u@h/d" }).href).toBe("postgresql://u@h/d");
  });

  it.each([
    ["as JSON", (json: string) => json],
    ["encoded", (json: string) => Buffer.from(json).toString("base64")],
  ])("is the one that the client overrides it with, %s", (_, encode) => {
    const overrides = encode(JSON.stringify([{ name: "client", url: "postgresql://u@other/d" }]));

    expect(databaseUrl({ DATABASE_URL: "postgresql://u@h/d", OVERWRITE_DATASOURCES: overrides }).hostname).toBe(
      "other",
    );
  });

  it("must be given", () => {
    expect(() => databaseUrl({})).toThrow(
      "DATABASE_URL is not set. Set it to postgresql://user:password@host:port/database.",
    );
  });

  it("is kept out of the message when it is not a URL", () => {
    expect(() => databaseUrl({ DATABASE_URL: "//u:secret@h" })).toThrow(
      /^DATABASE_URL is not a URL. Set it to postgresql:\/\/user:password@host:port\/database\.$/,
    );
  });
});

describe("a connection", () => {
  it("has Prisma's defaults", () => {
    expect(connectionOf(new URL("postgresql://u@db.example/d"))).toEqual({
      host: "db.example",
      port: 5432,
      user: "u",
      database: "d",
      ssl: false,
      max: availableParallelism() * 2 + 1,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 300_000,
      application_name: "prisma",
      options: "-c timezone=UTC",
    });
  });

  it("takes what the URL says", () => {
    const url = new URL(
      "postgresql://u%40x:p%2Fw@h:1/d?connection_limit=7&pool_timeout=60&max_idle_connection_lifetime=5" +
        "&sslmode=require&sslaccept=strict&options=-c%20statement_timeout%3D1s&schema=litellm",
    );

    expect(connectionOf(url)).toEqual({
      host: "h",
      port: 1,
      user: "u@x",
      password: "p/w",
      database: "d",
      ssl: { rejectUnauthorized: true, checkServerIdentity: expect.any(Function) as unknown },
      max: 7,
      connectionTimeoutMillis: 60_000,
      idleTimeoutMillis: 5_000,
      application_name: "prisma",
      options: "-c timezone=UTC -c statement_timeout=1s",
    });
    expect(schemaOf(url)).toBe("litellm");
    expect(addressOf(url)).toBe("h:1");
  });

  it("leads to an IPv6 address", () => {
    expect(connectionOf(new URL("postgresql://u@[fd00::7]:1/d"))).toMatchObject({ host: "fd00::7", port: 1 });
  });
});
