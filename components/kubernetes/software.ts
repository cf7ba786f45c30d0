import { OFFLINE } from "../../toolchain/python/runtime.ts";

/** How a published image runs without root, without a writable root filesystem, and with several replicas. */
export interface Software {
  /** The image of a release. */
  image: (version: string) => string;
  /** Its user and group, as numbers: the cluster checks with them that it isn't root. */
  user: number;
  /** The folder that becomes `{data}`: a volume, or an empty folder that goes with the pod. */
  data: string;
  /** The folder that becomes `{files}`. */
  files: string;
  /** Folders besides `{data}` that it writes to, empty at its start. */
  writable: string[];
  /** What its image needs to run so, given the seconds that it may take to drain. May name `{data}` and `{files}`. */
  environment: (drainSeconds: number) => Record<string, string>;
  /** A command that brings the database up to date, once for each release before its pods start. */
  migration?: string[];
  /** A command that succeeds once it can do its work, for software that answers no HTTP. */
  probe?: string[];
  /** Whether it is started anew when it goes on being unable to do its work. Default: yes; no where that can't help. */
  restarts?: boolean;
}

const PYTHON = { HOME: "/tmp", PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", ...OFFLINE };

/** https://docs.litellm.ai/docs/proxy/prod, "Read-only file system". Prisma's engines are in the image, readable by all. */
const litellm: Software = {
  image: (version) => `ghcr.io/berriai/litellm:v${version}`,
  user: 101,
  data: "/var/lib/litellm",
  files: "/etc/litellm",
  writable: ["/tmp"],
  environment: (drainSeconds) => ({
    ...PYTHON,
    XDG_CACHE_HOME: "/tmp/cache",
    LITELLM_NON_ROOT: "true",
    LITELLM_UI_PATH: "{data}/ui",
    LITELLM_ASSETS_PATH: "{data}/assets",
    LITELLM_MIGRATION_DIR: "{data}/migrations",
    // The migration Job has done it: pods that start at the same time would wait for each other's locks.
    DISABLE_SCHEMA_UPDATE: "true",
    GRACEFUL_SHUTDOWN_TIMEOUT: String(drainSeconds),
  }),
  migration: ["litellm", "--skip_server_startup"],
};

const sagewai: Software = {
  image: (version) => `ghcr.io/sagewai/backend:${version}`,
  user: 1001,
  data: "/var/lib/sagewai",
  files: "/etc/sagewai",
  writable: ["/tmp"],
  environment: () => PYTHON,
};

/** The trial server. Its image runs the scripts among its files when the volume is new. */
const postgres: Software = {
  image: (version) => `docker.io/library/postgres:${version}`,
  user: 999,
  data: "/var/lib/postgresql/data",
  files: "/docker-entrypoint-initdb.d",
  writable: ["/tmp", "/var/run/postgresql"],
  // A volume's own folder may hold lost+found, which initdb refuses.
  environment: () => ({ PGDATA: "{data}/pgdata", POSTGRES_INITDB_ARGS: "--auth=scram-sha-256" }),
  // While the scripts run, the server listens on its socket alone.
  probe: ["pg_isready", "--host=127.0.0.1", "--username=postgres"],
};

export const SOFTWARE = { litellm, sagewai, postgres };

/** Puts an image's own folders and address in place of a service's `{data}`, `{files}` and `{host}`. */
export function placed(software: Software, text: string): string {
  const places: Record<string, string> = { "{data}": software.data, "{files}": software.files, "{host}": "0.0.0.0" };
  return text.replaceAll(/\{(data|files|host)\}/g, (place) => places[place] ?? place);
}
