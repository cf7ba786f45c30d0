import * as z from "zod";

const SETTING = "llm-gateway:acknowledge";

const entries = z.record(z.string(), z.string());

/**
 * The acts that the stack's settings acknowledge, as long as they count.
 *
 * @param config The settings as the engine hands them on: mappings as JSON text, in a preview's JSON as values too.
 */
export function acknowledgements(config: Record<string, unknown>, today: Date): Set<string> {
  const value = config[SETTING];
  const said = typeof value === "string" ? (JSON.parse(value) as unknown) : value;
  const { data = {} } = entries.safeParse(said);
  const day = today.toISOString().slice(0, 10);
  return new Set(Object.entries(data).flatMap(([act, last]) => (last.slice(0, 10) >= day ? [act] : [])));
}
