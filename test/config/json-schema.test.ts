import { expect, it } from "vitest";
import * as z from "zod";

import { settingsJsonSchema } from "../../config/schema/json-schema.ts";
import { settingsSchema } from "../../config/schema/schema.ts";

it("the schema that is made section by section is the one that zod makes of all settings at once", () => {
  const { $schema, ...whole } = z.toJSONSchema(settingsSchema, { io: "input" });
  expect($schema).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(settingsJsonSchema).toEqual(whole);
});
