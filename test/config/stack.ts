import { parseSettings } from "../../config/settings.ts";

/** What Pulumi hands to a program for a stack file with these settings. */
export function rawConfig(settings: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `llm-gateway:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** The smallest settings that are right. */
export const minimal = { models: [{ name: "gpt-4o", model: "gpt-4o", provider: "openai" }] };

/** The text of one of the stack files for gcp with a project and an address of somebody's in place of the example's. */
export function yours(text: string): string {
  return text.replaceAll("my-project-", "acme-llm-").replaceAll("gateway-team@example.com", "gateway-team@acme.com");
}

/** The problems found in the smallest settings with these added, one a line. */
export function problemsOf(settings: Record<string, unknown>, secretKeys?: string[]): string[] {
  return messageOf(() => parseSettings(rawConfig({ ...minimal, ...settings }), secretKeys))
    .split("\n  ")
    .slice(1, -1)
    .map((line) => line.replace("llm-gateway:", ""));
}

/** The message of the error that `work` throws; empty if it throws none. */
export function messageOf(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
