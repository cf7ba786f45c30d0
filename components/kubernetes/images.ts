import { OFFLINE } from "../../toolchain/python/runtime.ts";

/** How a published image runs without root, without a writable root filesystem, and with several replicas. */
export interface ImageRuntime {
  /** The image of a release. */
  image: (version: string) => string;
  /** Its user and group, as numbers: the cluster checks with them that it isn't root. */
  user: number;
  /** The folder that becomes `{data}`: a volume, or an empty folder that goes with the pod. */
  data: string;
  /** The folder that becomes `{files}`. */
  files: string;
  /** The file that becomes `{authorities}`, where distributions of Linux keep it. */
  authorities: string;
  /** Folders besides `{data}` that it writes to, empty at its start. */
  writable: string[];
  /** What its image needs to run so, given the seconds that it may take to drain. May name `{data}` and `{files}`. */
  environment: (drainSeconds: number) => Record<string, string>;
  /** A command that brings the database up to date, once for each release before its pods start. */
  migration?: string[];
  /** A command that succeeds once it can do its work, for software that answers no HTTP. */
  probe?: string[];
  /** Whether it is restarted when it goes on being unable to do its work. Default: yes; no where that can't help. */
  restarts?: boolean;
}

/** The same in Debian, of which Sagewai's image is made, and in Wolfi, of which LiteLLM's is. */
const PUBLIC_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

const PYTHON = { HOME: "/tmp", PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", ...OFFLINE };

/** https://docs.litellm.ai/docs/proxy/prod, "Read-only file system". Prisma's engines are in the image, readable by all. */
const litellm: ImageRuntime = {
  image: (version) => `ghcr.io/berriai/litellm:v${version}`,
  user: 101,
  data: "/var/lib/litellm",
  files: "/etc/litellm",
  authorities: PUBLIC_AUTHORITIES,
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

const sagewai: ImageRuntime = {
  image: (version) => `ghcr.io/sagewai/backend:${version}`,
  user: 1001,
  data: "/var/lib/sagewai",
  files: "/etc/sagewai",
  authorities: PUBLIC_AUTHORITIES,
  writable: ["/tmp"],
  environment: () => PYTHON,
};

/** The trial server. Its image runs the scripts among its files when the volume is new. */
const postgres: ImageRuntime = {
  image: (version) => `docker.io/library/postgres:${version}`,
  user: 999,
  data: "/var/lib/postgresql/data",
  files: "/docker-entrypoint-initdb.d",
  authorities: PUBLIC_AUTHORITIES,
  writable: ["/tmp", "/var/run/postgresql"],
  // A volume's own folder may hold lost+found, which initdb refuses.
  environment: () => ({ PGDATA: "{data}/pgdata", POSTGRES_INITDB_ARGS: "--auth=scram-sha-256" }),
  // While the scripts run, the server listens only on its socket.
  probe: ["pg_isready", "--host=127.0.0.1", "--username=postgres"],
};

export const SOFTWARE = { litellm, sagewai, postgres };

/** Puts an image's own folders and address in place of a service's `{data}`, `{files}`, `{authorities}` and `{host}`. */
export function placed({ data, files, authorities }: ImageRuntime, text: string): string {
  const places: Record<string, string> = { data, files, authorities, host: "0.0.0.0" };
  return text.replaceAll(/\{(data|files|authorities|host)\}/g, (place, name: string) => places[name] ?? place);
}
