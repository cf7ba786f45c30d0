/** What the components of a control plane share. */
export interface Layout {
  /** Free ports on 127.0.0.1. */
  ports: { api: number; etcd: number; etcdPeer: number; kubelet: number };
  /** Absolute paths of files and folders. */
  files: {
    etcd: string;
    /** A folder into which the API server puts a certificate of its own. */
    certificates: string;
    authority: string;
    serviceAccountKey: string;
    serviceAccountPublicKey: string;
    tokens: string;
    kubeconfig: string;
    stages: string;
  };
}

/** The address that everything listens on, and nothing else. */
export const LOOPBACK = "127.0.0.1";

const flags = (values: Record<string, string | number | boolean>) =>
  Object.entries(values).map(([name, value]) => `--${name}=${String(value)}`);

/** The arguments of each component of a control plane. */
export const components = {
  etcd: ({ ports, files }: Layout) => {
    const [client, peer] = [`http://${LOOPBACK}:${ports.etcd}`, `http://${LOOPBACK}:${ports.etcdPeer}`];
    return flags({
      "data-dir": files.etcd,
      "unsafe-no-fsync": true,
      "log-level": "warn",
      "listen-client-urls": client,
      "advertise-client-urls": client,
      "listen-peer-urls": peer,
      "initial-advertise-peer-urls": peer,
      "initial-cluster": `default=${peer}`,
    });
  },
  "kube-apiserver": ({ ports, files }: Layout) =>
    flags({
      "etcd-servers": `http://${LOOPBACK}:${ports.etcd}`,
      "bind-address": LOOPBACK,
      "advertise-address": LOOPBACK,
      "secure-port": ports.api,
      "cert-dir": files.certificates,
      "token-auth-file": files.tokens,
      "authorization-mode": "RBAC",
      "anonymous-auth": false,
      "service-account-issuer": "https://kubernetes.default.svc",
      "service-account-key-file": files.serviceAccountPublicKey,
      "service-account-signing-key-file": files.serviceAccountKey,
      "service-cluster-ip-range": "10.0.0.0/16",
      // The Service `kubernetes` would point pods at a loopback address, which the API server refuses.
      "endpoint-reconciler-type": "none",
      "kubelet-preferred-address-types": "InternalIP",
    }),
  "kube-controller-manager": ({ files }: Layout) =>
    flags({
      kubeconfig: files.kubeconfig,
      "leader-elect": false,
      "secure-port": 0,
      "service-account-private-key-file": files.serviceAccountKey,
      "root-ca-file": files.authority,
      "enable-hostpath-provisioner": true,
      // kwok's node renews no lease, and is never lost.
      "node-monitor-grace-period": "8760h",
    }),
  "kube-scheduler": ({ files }: Layout) =>
    flags({ kubeconfig: files.kubeconfig, "leader-elect": false, "secure-port": 0 }),
  kwok: ({ ports, files }: Layout) =>
    flags({
      kubeconfig: files.kubeconfig,
      config: files.stages,
      // Of pods; not that of Services.
      cidr: "10.244.0.0/16",
      "manage-all-nodes": true,
      // No lease: kwok would skip the pods that it hears of before it hears of its own new lease.
      "node-lease-duration-seconds": 0,
      "node-ip": LOOPBACK,
      "node-port": ports.kubelet,
      "server-address": `${LOOPBACK}:${ports.kubelet}`,
      "enable-crds": "ClusterPortForward",
    }),
};

/** The name of a component. */
export type Component = keyof typeof components;
