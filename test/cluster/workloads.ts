import type { Manifest } from "./api-server.ts";

/** A namespace that tests put their objects into. */
export function namespace(name: string): Manifest {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

/** A Deployment whose one container listens on port 80. */
export function deployment(name: string, namespaceName: string, image = "registry.test/web:1"): Manifest {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: namespaceName },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "web", image, ports: [{ name: "http", containerPort: 80 }] }] },
      },
    },
  };
}

/** A Job that tries once. */
export function job(name: string, namespaceName: string, image = "registry.test/task:1"): Manifest {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: namespaceName },
    spec: {
      backoffLimit: 0,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "task", image }] } },
    },
  };
}
