import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";

/** Where a pod finds what its cluster gives it. */
const PLACE = "/var/run/secrets";

/** Who the pod is in its cluster. */
const SUBJECT = "system:serviceaccount:llm-gateway:litellm";

/** In a mount namespace of its own: shows the folder where a pod would have it, and runs the rest. */
const ENTER = `
set -e
folder=$1; shift
mount -t tmpfs -o mode=755 run /var/run
mkdir ${PLACE}
mount --bind "$folder" ${PLACE}
exec "$@"
`;

/** A token of a pod's: the path of its file in the pod, and for whom it is. */
export interface PodToken {
  path: string;
  audience: string;
}

/**
 * The tokens of a pod's service account, as a cluster makes them, writes them into the pod's files and replaces them
 * (https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken). A process that is started with `enter`
 * sees those files where a pod has them, and nobody else does. In a container, root needs the capability SYS_ADMIN for it.
 */
export class PodTokens {
  readonly #folder: string;
  /** The last one by audience: no other is taken, so what is signed in with is what the file holds now. */
  readonly #valid = new Map<string, string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(held: readonly PodToken[]): Promise<PodTokens> {
    const tokens = new PodTokens(await mkdtemp(join(tmpdir(), "llm-gateway-pod-")));
    for (const one of held) {
      await tokens.replace(one);
      const place = tokens.#placeOf(one.path);
      await symlink(join("..data", basename(place)), place);
    }
    return tokens;
  }

  /** What a command is put behind that is to see the files. */
  get enter(): string[] {
    const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
    return ["unshare", ...asRoot, "--mount", "--propagation", "private", "sh", "-c", ENTER, "sh", this.#folder];
  }

  /** Makes a new token, and puts it into its file the way a kubelet does: by a link to a link, which it replaces. */
  async replace({ path, audience }: PodToken): Promise<void> {
    const token = newToken(audience);
    const place = this.#placeOf(path);
    const version = `..${randomUUID()}`;
    await mkdir(join(dirname(place), version), { recursive: true });
    await writeFile(join(dirname(place), version, basename(place)), token);
    await symlink(version, join(dirname(place), `${version}.link`));
    await rename(join(dirname(place), `${version}.link`), join(dirname(place), "..data"));
    this.#valid.set(audience, token);
  }

  /** Whether a token is the pod's for this audience, and the one that its file holds now. */
  isValid(token: string, { audience }: PodToken): boolean {
    return token === this.#valid.get(audience);
  }

  async delete(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  /** Where the test writes what the process finds at a path. */
  #placeOf(path: string): string {
    return join(this.#folder, relative(PLACE, path));
  }
}

/** In a cluster's form; nobody here checks how it is signed. */
function newToken(audience: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://oidc.example.com/id/1", sub: SUBJECT, aud: [audience], iat: now, exp: now + 3600 };
  const parts = [
    { alg: "RS256", typ: "JWT" },
    { ...claims, jti: randomUUID() },
  ].map((part) => JSON.stringify(part));
  return [...parts.map((part) => Buffer.from(part)), randomBytes(256)]
    .map((part) => part.toString("base64url"))
    .join(".");
}
