import { readFileSync } from "node:fs";

import { KubeConfig } from "@kubernetes/client-node";

import { CLUSTER_KUBECONFIG } from "./variables.ts";

/**
 * Stands in for Google's `gke-gcloud-auth-plugin` in tests: hands out the token of a test's cluster as an ExecCredential,
 * as https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins wants it. It
 * needs the variable that a test sets, and knows nobody's credentials for Google Cloud.
 */
const file = process.env[CLUSTER_KUBECONFIG];
if (file === undefined || file === "") {
  process.stderr.write(
    `The tests' stand-in for gke-gcloud-auth-plugin needs ${CLUSTER_KUBECONFIG}, which tests set.\n`,
  );
  process.exit(1);
}
const config = new KubeConfig();
config.loadFromString(readFileSync(file, "utf8"));
const token = config.getCurrentUser()?.token;
if (token === undefined) throw new Error(`the kubeconfig ${file} has no token`);
const expirationTimestamp = new Date(Date.now() + 3_600_000).toISOString();
process.stdout.write(
  `${JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1beta1",
    kind: "ExecCredential",
    status: { token, expirationTimestamp },
  })}\n`,
);
