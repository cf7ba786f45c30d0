/** Places of a service on this machine, by the names that platforms put into its texts: `{files}/litellm-config.yaml`. */
export interface Places {
  /** Folder of what it keeps. */
  data: string;
  /** Folder of the files that it is given. */
  files: string;
  /** The address that it listens on. */
  host: string;
}

/** A text with its places filled in. */
export function inPlace(text: string, places: Places): string {
  return text.replaceAll(/\{(data|files|host)\}/g, (_, name: keyof Places) => places[name]);
}
