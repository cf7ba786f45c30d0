import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { KubeConfig } from "@kubernetes/client-node";
import pRetry from "p-retry";

import type { TestCluster } from "../../cluster/test-cluster.ts";
import { kinds } from "./kinds.ts";
import { CLUSTER_KUBECONFIG } from "./variables.ts";

/** A test's cluster in the place of a GKE cluster. */
export interface GkeCluster {
  /** Host and port of its API server, in the place of a DNS endpoint: for `gcpPlugin({ clusterEndpoint })`. */
  endpoint: string;
  /**
   * Variables with which programs reach it by a kubeconfig of GKE's: they find the stand-in of `gke-gcloud-auth-plugin`,
   * and Node.js trusts the cluster's authority besides those that it trusts anyway, as everybody trusts that of a real
   * DNS endpoint.
   */
  environment: Record<string, string>;
}

/** Brings what GKE itself installs into a cluster: the kinds of its add-ons. Nothing acts on them by itself. */
export async function gkeCluster(cluster: TestCluster): Promise<GkeCluster> {
  for (const kind of kinds) await cluster.api.apply(kind);
  await pRetry(async () => Promise.all(kinds.map((kind) => served(cluster, kind))), {
    retries: 100,
    minTimeout: 100,
    factor: 1,
  });

  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  const current = config.getCurrentCluster();
  if (current?.caData === undefined) throw new Error("the kubeconfig of the test's cluster has no authority");
  const authority = join(dirname(cluster.kubeconfigFile), "authority-of-gke.pem");
  const trusted = process.env["NODE_EXTRA_CA_CERTS"];
  const others = trusted === undefined ? "" : await readFile(trusted, "utf8");
  await writeFile(authority, `${Buffer.from(current.caData, "base64").toString()}\n${others}`);
  return {
    endpoint: new URL(current.server).host,
    environment: {
      PATH: `${join(import.meta.dirname, "bin")}:${process.env["PATH"] ?? ""}`,
      NODE_EXTRA_CA_CERTS: authority,
      [CLUSTER_KUBECONFIG]: cluster.kubeconfigFile,
    },
  };
}

/** @throws ApiError until objects of the kind can be made. */
async function served(cluster: TestCluster, definition: Record<string, unknown>): Promise<void> {
  const { group, names, versions } = definition["spec"] as {
    group: string;
    names: { plural: string };
    versions: { name: string }[];
  };
  for (const { name } of versions) await cluster.api.call("GET", `/apis/${group}/${name}/${names.plural}`);
}
