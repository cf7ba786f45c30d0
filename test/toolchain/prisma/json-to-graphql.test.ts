import { expect, it } from "vitest";

import { toGraphqlResponse } from "../../../toolchain/prisma/json-to-graphql.ts";

it("the translation for Prisma's engine renames the root and takes the tags off values", () => {
  const response =
    '{"data":{"findUniqueTeam":{"id":"a","spend":5.0,"made":{"$type":"DateTime","value":"2026-01-01T00:00:00.000Z"},' +
    String.raw`"metadata":{"$type":"Json","value":"{\"a\":\"\\\"\"}"},"big":{"$type":"BigInt","value":"1"}}}}`;

  expect(toGraphqlResponse(response, false)).toBe(
    '{"data":{"result":{"id":"a","spend":5.0,"made":"2026-01-01T00:00:00.000Z",' +
      String.raw`"metadata":"{\"a\":\"\\\"\"}","big":"1"}}}`,
  );
});

it("the translation for Prisma's engine renames the root of every query of a batch", () => {
  expect(toGraphqlResponse('{"batchResult":[{"data":{"a":1}},{"data":{"b":{"count":2}}}]}', false)).toBe(
    '{"batchResult":[{"data":{"result":1}},{"data":{"result":{"count":2}}}]}',
  );
});

it("the translation for Prisma's engine leaves text alone that looks like a tag", () => {
  const response = String.raw`{"data":{"result":{"note":"{\"$type\":\"Json\",\"value\":\"x\"}"}}}`;

  expect(toGraphqlResponse(response, false)).toBe(response);
});

it("the translation for Prisma's engine leaves the results of raw SQL alone", () => {
  expect(toGraphqlResponse('{"data":{"queryRaw":[{"j":{"data":{"a":{"$type":"Json","value":"x"}}}}]}}', true)).toBe(
    '{"data":{"result":[{"j":{"data":{"a":{"$type":"Json","value":"x"}}}}]}}',
  );
});

it("the translation for Prisma's engine leaves errors as they are", () => {
  const response = '{"errors":[{"error":"no","user_facing_error":{"error_code":"P2025","message":"no","meta":{}}}]}';

  expect(toGraphqlResponse(response, false)).toBe(response);
});
