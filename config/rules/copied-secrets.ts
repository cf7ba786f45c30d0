import type { Mapping } from "../problems/mapping.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { secretsIn } from "./secrets.ts";
import { textsIn } from "./texts.ts";

/** What is shorter may be in many a text. */
const SHORTEST = 8;

/**
 * Secrets that stand a second time where settings are for everybody to see. What Pulumi encrypted for one setting can be copied
 * to another one by somebody who can't read it.
 *
 * @param input The settings as a stack file says them, secrets included.
 */
export function copiedSecrets(input: Mapping): SettingsProblem[] {
  const secrets = secretsIn(input).filter(({ value }) => value.trim().length >= SHORTEST);
  const places = new Set(secrets.map(({ path }) => JSON.stringify(path)));
  return textsIn(input)
    .filter(({ path, isName }) => isName || !places.has(JSON.stringify(path)))
    .flatMap(({ text, path }) => {
      const copied = secrets.find(({ value }) => text.includes(value.trim()));
      if (copied === undefined) return [];
      const message = `holds what ${copied.path.join(".")} keeps secret, and is shown to others, in files of LiteLLM, in Sagewai or in the state; take it out`;
      return [{ path, message }];
    });
}
