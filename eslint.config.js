import js from "@eslint/js";
import vitest from "@vitest/eslint-plugin";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["node_modules/", ".gateway/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A provider's method is async because its interface says so, awaiting or not.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Defaults with `||` swallow 0, false and "".
      "@typescript-eslint/prefer-nullish-coalescing": "error",
      eqeqeq: "error",
      curly: ["error", "multi-line"],
    },
  },
  {
    files: ["test/**/*.test.ts"],
    plugins: { vitest },
    rules: {
      // A test that is skipped, runs alone or expects nothing fails nobody.
      "vitest/no-disabled-tests": "error",
      "vitest/no-focused-tests": "error",
      "vitest/expect-expect": ["error", { assertFunctionNames: ["expect", "expect*"] }],
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
);
