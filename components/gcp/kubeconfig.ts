import * as yaml from "yaml";

export interface KubeconfigArgs {
  /** Host name of the cluster's DNS endpoint: `gke-….europe-west1.gke.goog`. */
  endpoint: string;
  /** What the cluster, the user and the context are called. */
  name: string;
}

/**
 * A kubeconfig for a GKE cluster's DNS endpoint, without any secret: who uses it signs in by Google Cloud's
 * application default credentials.
 *
 * Behind the endpoint is a front end of Google's, whose certificate every machine trusts; checked by the cluster's own
 * authority, it would be refused.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/network-isolation#dns-based_endpoint
 */
export function kubeconfig({ endpoint, name }: KubeconfigArgs): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: `https://${endpoint}` } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "gke-gcloud-auth-plugin",
            // As Pulumi itself does: whoever gcloud, or the program's own cache, remembers can be somebody else.
            args: ["--use_application_default_credentials"],
            installHint:
              "Install it: https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin",
            // Pulumi has no terminal to ask a person on.
            interactiveMode: "Never",
            provideClusterInfo: true,
          },
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  return yaml.stringify(config, { lineWidth: 0 });
}
