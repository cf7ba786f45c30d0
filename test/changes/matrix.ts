import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { secretLines, secretsIn } from "../engine/stack-secrets.ts";
import { TestAuthority } from "../tls/authority.ts";
import { acknowledged, type Edit, type StackName } from "./edit.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { preview, previewJson, type RunningStack } from "./preview.ts";
import { editsOn } from "./subjects.ts";

/**
 * Previews each typical edit of a stack's settings on the stack that is up by then, and leaves it as it is. What they show is
 * in `previews/<stack>.yaml`, of which `page.test.ts` makes docs/changes.md; `vitest -u` writes it again.
 */
export function previewEdits(name: StackName, stackOf: () => RunningStack): void {
  describe(`a typical edit of the stack ${name}`, () => {
    const outcomes: Record<string, Outcome> = {};
    let stack: RunningStack;
    let secrets: string[];
    /** What the stack is warned of without any edit. */
    let usual: string[] = [];

    beforeAll(async () => {
      stack = stackOf();
      const { all } = await stack.checkout.pulumi(["stack", "export", "--stack", name, "--show-secrets"]);
      secrets = secretsIn(all.slice(all.indexOf("{")));
      expect(secrets.length).toBeGreaterThan(15);
    });

    /** Secrets that somebody can read in a text. */
    const shownIn = (texts: string[], edit: Edit) => {
      const entered = Object.values(edit.secrets ?? {}).flatMap(secretLines);
      return [...secrets, ...entered].filter((secret) => texts.some((text) => text.includes(secret)));
    };

    /** What an edit shows, and no secret with it. */
    async function shown(edit: Edit): Promise<Outcome> {
      const made = await preview(stack, edit);
      expect(made.texts[0]).toContain("Previewing update");
      expect(shownIn(made.texts, edit)).toEqual([]);
      return outcomeOf(made.events, usual);
    }

    it("is one of nothing where nothing is edited", async () => {
      const { warnings = [], ...rest } = await shown({ what: "Nothing", set: {}, on: [name], touches: [] });
      expect(rest).toEqual({ steps: [] });
      usual = warnings;
    });

    it.each(editsOn(name).map((edit) => [edit.what, edit] as const))("shows no secret: %s", async (what, said) => {
      const edit = await withCertificate(said);
      const { acknowledges = [], on } = edit;
      const set = { ...edit.set, ...(name !== "local" && acknowledges.length > 0 && acknowledged(...acknowledges)) };
      outcomes[what] = await shown({ ...edit, set });
      // Refused by the same words on each platform.
      if (acknowledges.length > 0 && name === on.find((one) => one !== "local")) {
        const { refused = [] } = await shown(edit);
        outcomes[what].unacknowledged = refused;
      }
      // What is entered here is nowhere in the state. A program gets more than a person.
      if (edit.secrets) {
        const json = await previewJson(stack, edit);
        expect(json).toContain('"llm-gateway:models"');
        expect(shownIn([json], edit)).toEqual([]);
      }
    });

    it("shows what docs/changes.md says", async () => {
      await expect(yaml.stringify(outcomes, { lineWidth: 0 })).toMatchFileSnapshot(
        join(import.meta.dirname, "previews", `${name}.yaml`),
      );
    });
  });
}

/** The edit with a certificate of an authority that nobody knows, where it wants one. */
async function withCertificate(edit: Edit): Promise<Edit> {
  if (edit.certificate === undefined) return edit;
  const { path, host } = edit.certificate;
  const { certificate, key } = await (await TestAuthority.create()).issue([`DNS:${host}`]);
  return {
    ...edit,
    set: { ...edit.set, [`${path}.chain`]: certificate },
    secrets: { ...edit.secrets, [`${path}.privateKey`]: key },
  };
}
