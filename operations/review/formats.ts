import { UserError } from "../../toolchain/user-error.ts";
import type { Page } from "./document.ts";
import { html } from "./html.ts";
import { markdown } from "./markdown.ts";
import { terminal } from "./terminal.ts";

const formats: Record<string, (page: Page) => string> = {
  terminal: (page) => terminal(page, process.stdout.isTTY && process.stdout.hasColors()),
  markdown,
  html,
  json: (page) => JSON.stringify(page, undefined, 2),
};

/** The formats' names, for people. */
export const FORMATS = "terminal, markdown, html or json";

/** @throws {UserError} if there is no such format. */
export function formatOf(name: string): (page: Page) => string {
  const format = formats[name];
  if (format === undefined) throw new UserError(`"${name}" is not a format; write ${FORMATS}.`);
  return format;
}
