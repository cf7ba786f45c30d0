import { generateKeyPairSync } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import getPort from "get-port";
import * as yaml from "yaml";

import type { Layout } from "./components.ts";
import { LOOPBACK } from "./components.ts";

/** Files and ports of a cluster that is about to start. `token` is what its one user, who may do everything, has. */
export async function prepare(folder: string, token: string): Promise<Layout> {
  const names = ["etcd", "certificates", "authority", "serviceAccountKey", "serviceAccountPublicKey", "tokens"];
  const files = Object.fromEntries(
    [...names, "kubeconfig", "stages"].map((name) => [name, join(folder, name)]),
  ) as Layout["files"];
  await mkdir(files.certificates);
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  await writeFile(files.serviceAccountKey, privateKey, { mode: 0o600 });
  await writeFile(files.serviceAccountPublicKey, publicKey);
  await writeFile(files.tokens, `${token},tests,tests,"system:masters"\n`, { mode: 0o600 });
  const free = () => getPort({ host: LOOPBACK });
  return { files, ports: { api: await free(), etcd: await free(), etcdPeer: await free(), kubelet: await free() } };
}

/** Puts kwok's own stages and those of the tests together. */
export async function writeStages({ files }: Layout, own: string): Promise<void> {
  const stages = [own, join(import.meta.dirname, "stages.yaml")].map((file) => readFile(file, "utf8"));
  await writeFile(files.stages, (await Promise.all(stages)).join("\n---\n"));
}

/** Makes the kubeconfig, also as a file, once the API server has made its certificate. */
export async function writeKubeconfig({ files, ports }: Layout, token: string): Promise<string> {
  const certificates = await readFile(join(files.certificates, "apiserver.crt"), "utf8");
  // The API server's own certificate comes first, then that of the authority which signed it.
  const authority = certificates.slice(certificates.lastIndexOf("-----BEGIN"));
  await writeFile(files.authority, authority);
  const kubeconfig = yaml.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "test",
        cluster: {
          server: `https://${LOOPBACK}:${ports.api}`,
          "certificate-authority-data": Buffer.from(authority).toString("base64"),
        },
      },
    ],
    users: [{ name: "test", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    "current-context": "test",
  });
  await writeFile(files.kubeconfig, kubeconfig, { mode: 0o600 });
  return kubeconfig;
}
