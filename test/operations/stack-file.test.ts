import { expect, it } from "vitest";

import { withoutSalt } from "../../operations/stack-file.ts";

const settings = "config:\n  llm-gateway:platform: local\n";
const salt = "encryptionsalt: v1:AAAA=:v1:BBBB:CCCC==\n";
const secret = "  llm-gateway:providers:\n    openai:\n      apiKey:\n        secure: v1:xyz\n";

it("drops a salt that encrypts nothing", () => {
  expect(withoutSalt(settings + salt)).toBe(settings);
  expect(withoutSalt(salt + settings)).toBe(settings);
  expect(withoutSalt(settings)).toBe(settings);
  expect(withoutSalt(`# x\r\nencryptionsalt: v1:AAAA\r\nconfig: {}\r\n`)).toBe("# x\r\nconfig: {}\r\n");
  expect(withoutSalt(settings + salt.trimEnd())).toBe(settings);
});

it("keeps the salt that a secret of the file was encrypted with", () => {
  for (const one of [
    secret,
    "  llm-gateway:providers: { openai: { apiKey: { secure: v1:xyz } } }\n",
    '  x: {"secure":"v1:y"}\n',
  ]) {
    expect(withoutSalt(settings + one + salt)).toBe(settings + one + salt);
  }
});
