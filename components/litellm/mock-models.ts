import { programs } from "./programs.ts";

/** Python programs that a LiteLLM process needs besides where models give mock answers. */
export function mockModels(): Record<string, string> {
  return programs("mock_models.py", "mock_media.py", "mock_arguments.py", "mock_refusals.py");
}
