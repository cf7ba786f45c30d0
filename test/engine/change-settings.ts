/** A mapping of a stack file. */
type Mapping = Record<string, unknown>;

/**
 * Changes one of a stack's settings.
 *
 * @param config What a stack file has under `config`.
 * @param path Where it is under `llm-gateway:`, as messages write it: `gcp.region`. In a list, the name of an entry stands for
 *   the entry, and `+` for one more.
 * @param value Undefined takes it out.
 */
export function changeSetting(config: Mapping, path: string, value: unknown): void {
  const [section = "", ...keys] = path.split(".");
  let place: Mapping = config;
  let key = `llm-gateway:${section}`;
  for (const next of keys) {
    place = (place[key] ??= {}) as Mapping;
    key = Array.isArray(place) ? indexOf(place as Mapping[], next) : next;
  }
  if (value !== undefined) place[key] = value;
  else if (Array.isArray(place)) place.splice(Number(key), 1);
  else Reflect.deleteProperty(place, key);
}

function indexOf(list: Mapping[], name: string): string {
  if (name === "+") return String(list.length);
  const index = list.findIndex((entry) => entry["name"] === name);
  if (index < 0) throw new Error(`there is no entry ${name} among ${JSON.stringify(list)}`);
  return String(index);
}
