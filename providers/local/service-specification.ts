import { createHash } from "node:crypto";

/** Everything that a service on this machine is started with: when any of it changes, it starts again. */
export interface ServiceSpecification {
  /** Absolute path of the folder that holds everything of the service: `files/`, `data/`, `log`, `pid`. */
  folder: string;
  /** The program and its arguments. */
  command: string[];
  /** A command run to its end before `command`, with the same environment. */
  prepare?: string[] | undefined;
  environment: Record<string, string>;
  secrets: Record<string, string>;
  /** Secrets that it gets as a JSON object on its standard input: on macOS, `ps` shows variables to all of its user's programs. */
  privateSecrets?: Record<string, string> | undefined;
  files: Record<string, string>;
  secretFiles: Record<string, string>;
  /** The TCP port on 127.0.0.1 that it listens on. */
  port?: number | undefined;
  /** The path on `port` that answers 200 once it is ready. */
  readiness?: string | undefined;
  /** The text that its log shows once it is ready, where there is no port. */
  readyWhenLogged?: string | undefined;
  /** Seconds it may take to become ready. */
  startSeconds: number;
  /** Seconds it may take to end when told to. */
  stopSeconds: number;
}

/** A hash that two specifications share only if they are equal. */
export function hashOf(specification: ServiceSpecification): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(specification)))
    .digest("hex");
}

/** The same value with all keys in order: Pulumi hands objects over in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

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
