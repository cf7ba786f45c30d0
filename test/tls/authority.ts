import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

/** A server's certificate with its key, as PEM. */
export interface ServerCertificate {
  certificate: string;
  key: string;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** An authority that signs certificates of servers. */
export class TestAuthority {
  /** What clients trust, as PEM. */
  readonly certificate: string;
  readonly #key: string;

  private constructor(certificate: string, key: string) {
    this.certificate = certificate;
    this.#key = key;
  }

  /** @param name Its subject, and nothing else, tells authorities apart. */
  static async create(name = "authority of the test"): Promise<TestAuthority> {
    const { certificate, key } = await inFolder((folder) =>
      selfSigned(folder, name, ["basicConstraints=critical,CA:TRUE"]),
    );
    return new TestAuthority(certificate, key);
  }

  /**
   * @param names What the certificate is for: `DNS:db.internal`, `IP:127.0.0.1`. Empty: only its subject says localhost.
   * @param days How long it is valid from now on; it has expired if that is negative.
   */
  async issue(names: readonly string[], days = 30): Promise<ServerCertificate> {
    return this.#sign("localhost", names.length === 0 ? "" : `subjectAltName=${names.join(",")}`, days);
  }

  /** The certificate of an authority below this one. */
  async issueAuthority(name: string): Promise<string> {
    return (await this.#sign(name, "basicConstraints=critical,CA:TRUE", 30)).certificate;
  }

  async #sign(name: string, extensions: string, days: number): Promise<ServerCertificate> {
    return inFolder(async (folder) => {
      await writeFile(join(folder, "ca.pem"), this.certificate);
      await writeFile(join(folder, "ca.key"), this.#key);
      await writeFile(join(folder, "extensions"), extensions);
      await execa("openssl", ["req", ...KEY, "-subj", `/CN=${name}`, "-keyout", "key", "-out", "request"], {
        cwd: folder,
      });
      const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions"];
      await execa("openssl", ["x509", "-req", "-in", "request", ...by, "-days", String(days), "-out", "certificate"], {
        cwd: folder,
      });
      return read(folder);
    });
  }
}

/** A certificate that nobody but its server vouches for. */
export async function selfSignedCertificate(names: readonly string[]): Promise<ServerCertificate> {
  return inFolder((folder) => selfSigned(folder, "localhost", [`subjectAltName=${names.join(",")}`]));
}

async function selfSigned(folder: string, name: string, extensions: string[]): Promise<ServerCertificate> {
  const subject = ["-subj", `/CN=${name}`, ...extensions.flatMap((extension) => ["-addext", extension])];
  const files = ["-keyout", "key", "-out", "certificate"];
  await execa("openssl", ["req", "-x509", "-days", "30", ...KEY, ...subject, ...files], { cwd: folder });
  return read(folder);
}

async function read(folder: string): Promise<ServerCertificate> {
  const text = (name: string) => readFile(join(folder, name), "utf8");
  return { certificate: await text("certificate"), key: await text("key") };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "authority-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
