import { readFileSync } from "node:fs";

/** Python programs that a LiteLLM process needs besides where models give mock answers. */
export function mockModels(): Record<string, string> {
  const programs = ["mock_models.py", "mock_media.py", "mock_arguments.py", "mock_refusals.py"];
  return Object.fromEntries(programs.map((name) => [name, readFileSync(new URL(name, import.meta.url), "utf8")]));
}
