import { differences } from "./differences.ts";
import type { Section } from "./document.ts";
import type { Preview } from "./preview.ts";

/**
 * What a branch changes of what guards a stack, which may change no resource: rules, protection, and who decrypts its secrets.
 * And which secrets have another value: previews don't show that of one that changes anyway.
 */
export function guardSection(from: Preview, to: Preview): Section | undefined {
  const lines = differences(guardsOf(from), guardsOf(to)).map(({ text }) => text);
  return lines.length > 0 ? { title: "Guards and secrets", blocks: [{ kind: "lines", lines }] } : undefined;
}

function guardsOf({ config, encrypted = {} }: Preview): Record<string, unknown> {
  const setting = (name: string) => {
    const value = config[`llm-gateway:${name}`];
    return typeof value === "string" && value.startsWith("{") ? (JSON.parse(value) as unknown) : value;
  };
  return {
    ...encrypted,
    "llm-gateway:policies": setting("policies") ?? {},
    "llm-gateway:protect": setting("protect")?.toString(),
  };
}
