import { structuredPatch } from "diff";

import type { ResourceChange } from "./preview.ts";
import type { Block, Section } from "./document.ts";

const FILE = "litellm-config.yaml";

/** Lines around a change that are shown with it. */
const CONTEXT = 2;

/** The lines that change in LiteLLM's configuration, wherever the platform keeps it. */
export function configLines(resources: ResourceChange[]): Section | undefined {
  const blocks = resources.flatMap(({ before, after }): Block[] => {
    const [former, next] = [fileOf(before), fileOf(after)];
    if (former === undefined || next === undefined || former === next) return [];
    const { hunks } = structuredPatch(FILE, FILE, former, next, "", "", { context: CONTEXT });
    return [{ kind: "diff", lines: hunks.flatMap(({ lines }, index) => (index > 0 ? [" …", ...lines] : lines)) }];
  });
  return blocks.length > 0 ? { title: FILE, blocks: blocks.slice(0, 1) } : undefined;
}

/** From a process of this machine, or a ConfigMap. */
function fileOf({ files, data }: Record<string, unknown>): string | undefined {
  const found = [files, data].map((texts) => (texts as Record<string, unknown> | undefined)?.[FILE]);
  return found.find((text) => typeof text === "string");
}
