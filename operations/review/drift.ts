import { differences, shortened } from "./differences.ts";
import type { Page, Section } from "./document.ts";
import { type KeyChange, keyChanges, VIRTUAL_KEYS } from "./keys.ts";
import type { Preview, ResourceChange } from "./preview.ts";

/** Differences that one resource is shown with. */
const SHOWN = 8;

/**
 * What was changed behind a stack's back: from what the last update left to what is really there.
 *
 * @param refresh What `pulumi refresh --preview-only` tells.
 */
export function drift(stack: string, { resources }: Preview): Page {
  const found = resources.filter(({ operation }) => operation === "delete" || operation === "update");
  const keys = keyChanges(found);
  const gone = [
    ...found.filter(({ operation }) => operation === "delete").map((one) => `${titleOf(one)} is gone`),
    ...keys
      .filter(isGone)
      .map(({ before }) => `The virtual key ${before?.alias ?? ""} is gone: whoever uses it is refused`),
  ];
  const changed = [
    ...found.filter(({ operation, type }) => operation === "update" && type !== VIRTUAL_KEYS).flatMap(changeLines),
    ...keys.filter((key) => !isGone(key)).flatMap(keyLines),
  ];
  const count = gone.length + new Set(changed.map((line) => line.split(": ")[0])).size;
  const what = count === 1 ? "1 thing was" : `${count} things were`;
  return {
    stack,
    headline:
      count === 0
        ? `Stack ${stack}: nothing was changed behind its back`
        : `Stack ${stack}: ${what} changed behind its back`,
    risks: [],
    sections: count === 0 ? [] : [...listed("Gone", gone), ...listed("Changed", changed), remedy(stack)],
  };
}

function titleOf({ type, name }: ResourceChange): string {
  return `${type.split(":").at(-1) ?? type} ${name}`;
}

function changeLines(resource: ResourceChange): string[] {
  const found = differences(resource.before, resource.after).map(({ text }) => text);
  // What only the provider knows, or what is secret.
  const texts = found.length > 0 ? found : resource.reasons.map((property) => `${property} differs`);
  return shortened(texts, SHOWN).map((text) => `${titleOf(resource)}: ${text}`);
}

/** LiteLLM no longer has it; the set goes on knowing its name. */
function isGone({ before, after }: KeyChange): boolean {
  return before !== undefined && before.alias !== "" && (after?.alias ?? "") === "";
}

function keyLines({ name, before, after }: KeyChange): string[] {
  const texts = differences(before, after).map(({ text }) => text);
  return shortened(texts, SHOWN).map((text) => `Virtual key ${after?.alias ?? before?.alias ?? name}: ${text}`);
}

function listed(title: string, lines: string[]): Section[] {
  return lines.length > 0 ? [{ title, blocks: [{ kind: "lines", lines }] }] : [];
}

function remedy(stack: string): Section {
  return {
    title: "How to put it right",
    blocks: [
      {
        kind: "lines",
        lines: [
          `What isn't meant: npm run review -- --stack ${stack} --refresh shows what brings it back, and npm run pulumi -- up --stack ${stack} --refresh does it. In a pipeline, that is a deployment with refresh.`,
          `What is meant: write it in Pulumi.${stack}.yaml, and the next deployment with refresh shows no change for it.`,
          "Find out who did it, and by which way, before it happens again: docs/environments.md says where that is logged.",
        ],
      },
    ],
  };
}
