/** Places of a service on this machine, by the names that platforms put into its texts: `{files}/litellm-config.yaml`. */
export interface Places {
  /** The folder of the service's data. */
  data: string;
  /** The folder of the service's files. */
  files: string;
  /** The address that the service listens on. */
  host: string;
}

/** A text with the places filled in. */
export function inPlace(text: string, places: Places): string {
  return text.replaceAll(/\{(data|files|host)\}/g, (_, name: keyof Places) => places[name]);
}
