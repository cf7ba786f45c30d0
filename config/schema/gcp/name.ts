import * as z from "zod";

/** What a prefix looks like. Ids of service accounts have 30 characters, of which 10 are left for what each is for. */
export const PREFIX = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/;
export const FORM = "2 to 20 lower-case letters, digits and hyphens, a letter first";

/** What the names of everything in Google Cloud begin with. */
export const namePrefix = () =>
  z.stringFormat("name", PREFIX, { error: `can't begin the names of everything; write ${FORM}` });

/** What the names of everything in Google Cloud begin with: as the settings say, or `llm-gateway-dev` for stack dev. */
export function gcpName({ name }: { name?: string | undefined }, stack: string): string {
  return name ?? `llm-gateway-${stack}`;
}
