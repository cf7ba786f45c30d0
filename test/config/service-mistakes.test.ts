import { describe, expect, it } from "vitest";

import { each, port } from "./mistakes.ts";
import { problemsOf } from "./stack.ts";

const origin = 'is not an origin; write a scheme, a host and no more but a port, such as "https://chat.example.com"';

describe("services", () => {
  each([
    ["LiteLLM's port out of range", { litellm: { port: 65_536 } }, `litellm.port: 65536 ${port}`],
    ["Sagewai's port out of range", { sagewai: { port: 0 } }, `sagewai.port: 0 ${port}`],
    ["Sagewai's port in words", { sagewai: { port: "http" } }, `sagewai.port: "http" ${port}`],
    ["a fraction of a port", { litellm: { port: 4000.5 } }, `litellm.port: 4000.5 ${port}`],
    [
      "a port that is taken by a default",
      { sagewai: { port: 4000 } },
      "sagewai.port: 4000 is the port of litellm already; give each service a port of its own",
    ],
    [
      "a floating version",
      { litellm: { version: "latest" } },
      'litellm.version: "latest" is not a version; write all three numbers, such as "1.2.3"',
    ],
    [
      "half a version of Sagewai",
      { sagewai: { version: "1.0" } },
      'sagewai.version: "1.0" is not a version; write all three numbers, such as "1.2.3"',
    ],
    ["no LiteLLM workers", { litellm: { workers: 0 } }, "litellm.workers: 0 must be at least 1"],
    ["no time for requests", { litellm: { requestTimeout: 0 } }, "litellm.requestTimeout: 0 must be at least 1"],
    ["no spend log", { litellm: { spendLogDays: 0 } }, "litellm.spendLogDays: 0 must be at least 1"],
    [
      "no database connections",
      { litellm: { databaseConnections: 0 } },
      "litellm.databaseConnections: 0 must be at least 1",
    ],
    [
      "every web page at once",
      { litellm: { corsOrigins: ["*"] } },
      'litellm.corsOrigins[0]: "*" lets in every web page; name each origin, and leave the list out for none',
    ],
    [
      "every web page of a domain",
      { litellm: { corsOrigins: ["https://*.example.com"] } },
      'litellm.corsOrigins[0]: "https://*.example.com" lets in every web page; name each origin, and leave the list out for none',
    ],
    [
      "pages of unknown origin",
      { sagewai: { corsOrigins: ["null"] } },
      'sagewai.corsOrigins[0]: "null" is what pages of unknown origin send; name the origin of a server',
    ],
    [
      "an address in place of an origin",
      { litellm: { corsOrigins: ["https://chat.example.com", "https://Chat.example.com:443/app"] } },
      'litellm.corsOrigins[1]: "https://Chat.example.com:443/app" is not an origin; write a scheme, a host and no more but a port, such as "https://chat.example.com"',
    ],
    [
      "a host in place of an origin",
      { litellm: { corsOrigins: ["chat.example.com"] } },
      `litellm.corsOrigins[0]: "chat.example.com" ${origin}`,
    ],
    [
      "two origins in one",
      { litellm: { corsOrigins: ["https://a.example,https://b.example"] } },
      `litellm.corsOrigins[0]: "https://a.example,https://b.example" ${origin}`,
    ],
    [
      "an origin of no server",
      { litellm: { corsOrigins: ["file://"] } },
      `litellm.corsOrigins[0]: "file://" ${origin}`,
    ],
    [
      "an origin with a password",
      { litellm: { corsOrigins: ["https://me:secret@a.example"] } },
      'litellm.corsOrigins[0]: "https://[secret]@a.example" is not an origin; write a scheme, a host and no more but a port, such as "https://a.example"',
    ],
    [
      "one origin in place of a list",
      { litellm: { corsOrigins: "https://a.example" } },
      'litellm.corsOrigins: "https://a.example" is not a list; write each origin as an entry of its own',
    ],
    [
      "an origin that is not text",
      { litellm: { corsOrigins: [null] } },
      "litellm.corsOrigins[0]: null must be text; put it in quotes",
    ],
    [
      "an organization without a name",
      { sagewai: { organization: " " } },
      'sagewai.organization: " " is empty; write the organization\'s name',
    ],
    [
      "an address that is no e-mail",
      { sagewai: { adminEmail: "bob" } },
      'sagewai.adminEmail: "bob" is not an e-mail address; write one such as "admin@example.com"',
    ],
    [
      "fewer connections than LiteLLM opens",
      { litellm: { workers: 8 } },
      "postgres.maxConnections: 100 is too few for 8 LiteLLM workers with 10 connections each and 30 for others; write at least 110, or lower those of litellm",
    ],
  ]);

  it.each([1, 65_535])("may listen on port %d", (number) => {
    expect(problemsOf({ litellm: { port: number } })).toEqual([]);
  });

  it.each(["https://chat.example.com", "http://localhost:3000", "http://[::1]:3000", "https://xn--bcher-kva.example"])(
    "may be called from %s",
    (origin) => {
      expect(problemsOf({ litellm: { corsOrigins: [origin] }, sagewai: { corsOrigins: [origin] } })).toEqual([]);
    },
  );

  it("may use every connection", () => {
    expect(problemsOf({ litellm: { workers: 7 } })).toEqual([]);
  });
});
