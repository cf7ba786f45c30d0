import type { SettingsProblem } from "../problems/problems.ts";
import { mayRefer } from "./named-secrets.ts";
import { textsIn } from "./texts.ts";

/**
 * Texts in place of which somebody who reads the settings puts something else: a variable of his environment, the content
 * of a file, or a token that he fetches. A setting that may be one would read the master key to whoever calls a model.
 */
const REFERENCES = [
  // LiteLLM replaces it in every text of its configuration, mostly at the beginning, in places anywhere.
  { pattern: /os\.environ\//i, text: "os.environ/", becomes: "LiteLLM replaces with a variable of its environment" },
  {
    pattern: /^\s*oidc\//i,
    text: "oidc/",
    becomes: "LiteLLM replaces with a variable, the content of a file, or a token of the machine",
  },
  // Kubernetes does so in the variables and arguments of each container.
  { pattern: /\$\(/, text: "$(", becomes: "Kubernetes replaces with a variable of the container" },
  // Sagewai takes it for encrypted, and can't start when its key does not open it.
  { pattern: /^\s*fernet:/i, text: "fernet:", becomes: "Sagewai takes for a secret that it encrypted" },
  // What a service is told is written once for all platforms, which each put their own places there.
  {
    pattern: /\{(data|files|host)\}/,
    text: "{data}, {files} or {host}",
    becomes: "the platform replaces with a place of its own",
  },
];

/** The whole of a text that may stand for a secret of the stack. */
const OF_SECRET = /^os\.environ\/[A-Z][A-Z0-9_]*$/;

/** A pool's handler is a file of its own, in which nobody replaces anything, and Python has braces for itself. */
function isProgram(path: PropertyKey[]): boolean {
  return path.length === 3 && path[0] === "pools" && path[2] === "handler";
}

/**
 * References among the texts and names of a stack file. The configuration files of the services name what they need by
 * themselves.
 *
 * @param input The settings as a stack file says them, secrets included.
 */
export function references(input: unknown): SettingsProblem[] {
  return textsIn(input).flatMap(({ text: found, path, isName }) =>
    REFERENCES.filter(
      ({ pattern }) =>
        pattern.test(found) && (isName || !(isProgram(path) || (mayRefer(path) && OF_SECRET.test(found)))),
    ).map(({ text, becomes }) => ({
      path,
      ...(!isName && { seen: found }),
      message: `contains ${text}, which ${becomes}; write the text itself, without it`,
    })),
  );
}
