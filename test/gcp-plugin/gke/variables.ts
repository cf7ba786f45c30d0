/** Variable that names the kubeconfig whose token the stand-in of `gke-gcloud-auth-plugin` hands out. */
export const CLUSTER_KUBECONFIG = "GKE_STAND_IN_KUBECONFIG";
