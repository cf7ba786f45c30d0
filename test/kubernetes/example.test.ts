import { describe, expect, it } from "vitest";
import * as z from "zod";

import { initialization } from "../../components/kubernetes/trial-databases.ts";
import { deploy } from "../program/deploy.ts";
import { inputsOf, workloadOf, workloads } from "./rendered.ts";

const { resources, order } = await deploy("kubernetes", {
  "llm-gateway:providers": { openai: { apiKey: "sk-of-openai" }, anthropic: { apiKey: "sk-of-anthropic" } },
});
const all = workloads(resources).map((workload) => [workload.logicalName, workload] as const);
const serving = all.filter(([, { kind }]) => kind !== "Job");
const podOf = (name: string) => workloadOf(resources, name).spec.template.spec;
const containerOf = (name: string) => podOf(name).containers[0];

describe("every pod", () => {
  it.each(all)("%s runs without root, privileges and a writable root filesystem", (_name, { spec }) => {
    const pod = spec.template.spec;
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: expect.any(Number) as number,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const container of [...pod.containers, ...pod.initContainers]) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });

  it.each(all)("%s gets no token for the cluster's API", (_name, { spec }) => {
    expect(spec.template.spec.automountServiceAccountToken).toBe(false);
  });

  it.each(serving)("%s has a service account of its own, without a token", (name, { spec }) => {
    expect(spec.template.spec.serviceAccountName).toBe(name);
    expect(inputsOf(resources, "ServiceAccount", name)).toMatchObject({ automountServiceAccountToken: false });
  });

  it.each(all)("%s runs an image with a version", (_name, { spec }) => {
    expect(spec.template.spec.containers[0].image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
  });

  it.each(all)("%s asks for CPU and memory, and gets no more memory", (_name, { spec }) => {
    const { requests, limits } = spec.template.spec.containers[0].resources;
    expect(Object.keys(requests)).toEqual(["cpu", "memory"]);
    expect(limits["memory"]).toBe(requests["memory"]);
  });

  it.each(all)("%s writes to /tmp and its data, and nowhere else", (_name, { spec }) => {
    const { containers, volumes } = spec.template.spec;
    const readOnly = volumes.filter((volume) => "projected" in volume).map(({ name }) => name);
    const writable = containers[0].volumeMounts.filter(({ name }) => !readOnly.includes(name));
    expect(writable.map(({ mountPath }) => mountPath)).toSatisfy((paths: string[]) =>
      paths.every((path) => /^(\/tmp|\/var\/lib\/\w+(\/data)?|\/var\/run\/postgresql)$/.test(path)),
    );
  });

  it("holds no secret but by the name of a Secret", () => {
    const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    for (const { inputs } of secrets) expect(inputs).toMatchObject({ stringData: "[secret]", immutable: true });
    const others = resources.filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith(":Secret"));
    expect(JSON.stringify(others)).not.toMatch(/\[secret\]|sk-of-/);
    const variables = containerOf("litellm").env.filter(({ name }) => /KEY|DATABASE_URL|PASSWORD/.test(name));
    expect(variables.map(({ name }) => name)).toEqual([
      "MODEL_KEY_OPENAI",
      "MODEL_KEY_ANTHROPIC",
      "LITELLM_MASTER_KEY",
      "LITELLM_SALT_KEY",
      "DATABASE_URL",
    ]);
    for (const { name, value, valueFrom } of variables) {
      expect({ value, valueFrom }).toEqual({ valueFrom: { secretKeyRef: { name: "litellm-{hash}", key: name } } });
    }
  });

  it("lives in a namespace that takes no others", () => {
    expect(inputsOf(resources, "Namespace", "namespace")).toMatchObject({
      metadata: { name: "llm-gateway", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    });
  });
});

describe("LiteLLM", () => {
  it("is alive by one path and ready by another, and never by the one that calls the models", () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf("litellm");
    expect(livenessProbe).toMatchObject({ httpGet: { path: "/health/liveliness" } });
    expect(readinessProbe).toMatchObject({ httpGet: { path: "/health/readiness" } });
    expect(startupProbe).toMatchObject({ httpGet: { path: "/health/readiness" } });
  });

  it("may take 300 s to start", () => {
    const { failureThreshold, periodSeconds } = z
      .object({ failureThreshold: z.number(), periodSeconds: z.number() })
      .parse(containerOf("litellm").startupProbe);
    expect(failureThreshold * periodSeconds).toBe(300);
  });

  it("answers what it has in hand before it stops", () => {
    expect(containerOf("litellm").lifecycle).toEqual({ preStop: { sleep: { seconds: 10 } } });
    expect(containerOf("litellm").env).toContainEqual({ name: "GRACEFUL_SHUTDOWN_TIMEOUT", value: "600" });
    // 10 s until nobody calls it, 600 s for requests in hand, 20 s for its own end.
    expect(podOf("litellm").terminationGracePeriodSeconds).toBe(630);
  });

  it("is migrated by a Job of its release before its pods start", () => {
    const job = workloadOf(resources, "litellm-migration-1-108-6");
    expect(job.metadata.name).toBeUndefined();
    expect(job.spec).toMatchObject({ backoffLimit: 4, activeDeadlineSeconds: 1800 });
    const container = job.spec.template.spec.containers[0];
    expect(container.command).toEqual(["litellm", "--skip_server_startup"]);
    expect(container.env).toContainEqual({ name: "DISABLE_SCHEMA_UPDATE", value: "false" });
    expect(containerOf("litellm").env).toContainEqual({ name: "DISABLE_SCHEMA_UPDATE", value: "true" });
    expect(order.indexOf("kubernetes:batch/v1:Job litellm-migration-1-108-6")).toBeLessThan(
      order.indexOf("kubernetes:apps/v1:Deployment litellm"),
    );
  });

  it("is ready before keys are made in it", () => {
    const last = order.indexOf("kubernetes:core/v1:Service litellm");
    const keys = order.filter((entry, index) => entry.startsWith("pulumi-nodejs:dynamic/litellm:") && index > last);
    expect(keys).toHaveLength(3);
    expect(order.indexOf("kubernetes:apps/v1:Deployment litellm")).toBeLessThan(last);
  });

  it("has an admin that serves before it is told of enrollment keys, and workers after that", () => {
    const served = order.indexOf("kubernetes:core/v1:Service sagewai-admin");
    const told = order.indexOf("pulumi-nodejs:dynamic/sagewai:EnrollmentKey enrollment-key-general");
    expect(served).toBeGreaterThan(-1);
    expect(told).toBeGreaterThan(served);
    expect(order.indexOf("kubernetes:apps/v1:Deployment worker-general")).toBeGreaterThan(told);
  });

  it("has passwords of letters and digits alone", () => {
    const passwords = resources.filter(({ type }) => type === "random:index/randomPassword:RandomPassword");
    expect(passwords.map(({ name }) => name)).toContain("litellm-password");
    for (const { inputs } of passwords) expect(inputs).toMatchObject({ special: false });
  });

  it("reads a configuration that is never changed in place, so that a change replaces its pods", () => {
    expect(inputsOf(resources, "ConfigMap", "litellm")).toMatchObject({
      immutable: true,
      data: { "litellm-config.yaml": expect.stringContaining("model_list:") as string },
    });
    expect(inputsOf(resources, "ConfigMap", "litellm")).not.toHaveProperty("metadata.name");
    expect(podOf("litellm").volumes).toContainEqual({
      name: "files",
      projected: { defaultMode: 0o440, sources: [{ configMap: { name: "litellm-{hash}" } }] },
    });
  });

  it("grows with its CPU, not with its memory", () => {
    expect(inputsOf(resources, "HorizontalPodAutoscaler", "litellm")).toMatchObject({
      spec: {
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [{ resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } }],
      },
    });
    // For the first moment: rollout.test.ts shows that updates leave it alone.
    expect(workloadOf(resources, "litellm").spec.replicas).toBe(2);
  });

  it("loses one pod at most at a time, and none to an update", () => {
    expect(inputsOf(resources, "PodDisruptionBudget", "litellm")).toMatchObject({ spec: { maxUnavailable: 1 } });
    expect(workloadOf(resources, "litellm").spec.strategy).toMatchObject({ rollingUpdate: { maxUnavailable: 0 } });
    const keys = podOf("litellm").topologySpreadConstraints?.map(({ topologyKey }) => topologyKey);
    expect(keys).toEqual(["kubernetes.io/hostname", "topology.kubernetes.io/zone"]);
  });

  it("has a core and 4 GiB for its one worker", () => {
    expect(containerOf("litellm").resources.requests).toEqual({ cpu: "1", memory: "4Gi" });
  });

  it("has a Service inside the cluster only", () => {
    const services = resources.filter(({ type }) => type === "kubernetes:core/v1:Service");
    expect(services.map(({ name }) => name)).toEqual(["litellm", "postgres", "sagewai-admin"]);
    for (const { inputs } of services) expect(inputs).toMatchObject({ spec: { type: "ClusterIP" } });
    expect(resources.filter(({ type }) => /Ingress$|HTTPRoute|Gateway$/.test(type))).toEqual([]);
  });
});

describe("the Sagewai admin", () => {
  it("runs once at most, on a volume that one machine has", () => {
    expect(workloadOf(resources, "sagewai-admin").spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
    expect(inputsOf(resources, "PersistentVolumeClaim", "sagewai-admin")).toMatchObject({
      spec: { accessModes: ["ReadWriteOnce"] },
    });
    expect(podOf("sagewai-admin").volumes).toContainEqual({
      name: "data",
      persistentVolumeClaim: { claimName: "sagewai-admin" },
    });
    expect(podOf("sagewai-admin").securityContext).toMatchObject({ runAsUser: 1001, fsGroup: 1001 });
  });

  it("is set up by a container that runs before it, with the same volume and variables", () => {
    const [prepare, ...others] = podOf("sagewai-admin").initContainers;
    expect(others).toEqual([]);
    expect(prepare?.command).toEqual(["python", "-I", "/etc/sagewai/bootstrap.py"]);
    const { env, volumeMounts } = containerOf("sagewai-admin");
    expect({ env: prepare?.env, volumeMounts: prepare?.volumeMounts }).toEqual({ env, volumeMounts });
    expect(env).toContainEqual({ name: "SAGEWAI_HOME", value: "/var/lib/sagewai" });
  });

  it("is alive and ready by its health summary", () => {
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
      expect(containerOf("sagewai-admin")[probe]).toMatchObject({ httpGet: { path: "/api/v1/health/summary" } });
    }
  });
});

describe("a pool of Sagewai workers", () => {
  it("gives each worker the name of its pod, and the pool's key in a file", () => {
    expect(containerOf("worker-general").env).toContainEqual({
      name: "REPLICA_NAME",
      valueFrom: { fieldRef: { fieldPath: "metadata.name" } },
    });
    expect(podOf("worker-general").volumes).toContainEqual({
      name: "files",
      projected: {
        defaultMode: 0o440,
        sources: [
          { configMap: { name: "worker-general-{hash}" } },
          { secret: { name: "worker-general-{hash}", items: [{ key: "task.env", path: "task.env" }] } },
        ],
      },
    });
  });

  it("is replaced a quarter at a time, each with the time that its tasks get", () => {
    const { replicas, strategy, template } = workloadOf(resources, "worker-general").spec;
    expect(replicas).toBe(2);
    expect(strategy).toEqual({ type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } });
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(12);
  });
});

describe("the trial server", () => {
  it("is one pod on one volume, ready once it takes connections", () => {
    const { kind, spec } = workloadOf(resources, "postgres");
    expect([kind, spec.replicas]).toEqual(["StatefulSet", 1]);
    expect(containerOf("postgres").command).toContain("max_connections=100");
    expect(containerOf("postgres").readinessProbe).toMatchObject({
      exec: { command: ["pg_isready", "--host=127.0.0.1", "--username=postgres"] },
    });
    expect(resources.filter(({ type }) => type.startsWith("postgresql:"))).toEqual([]);
  });

  it("logs no statement, in which there could be a password, a key or a prompt", () => {
    const { command } = containerOf("postgres");
    expect(command).toContain("log_statement=none");
    expect(command).toContain("log_min_error_statement=panic");
    const script = initialization({ litellm: "the-password" });
    expect(script).toContain("CREATE ROLE litellm LOGIN PASSWORD 'SCRAM-SHA-256$");
    expect(script).not.toContain("the-password");
  });
});
