import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { placed, type ImageRuntime } from "./images.ts";

type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;
type EnvVar = types.input.core.v1.EnvVar;
type Volume = types.input.core.v1.Volume;
type Probe = types.input.core.v1.Probe;

/** Seconds from the moment a pod is told to stop until nobody sends it requests any more. */
const UNTIL_NOBODY_CALLS = 10;

export interface PodArgs {
  /** Name of its main container. */
  name: string;
  software: ImageRuntime;
  image: string;
  command: pulumi.Input<string>[];
  prepare?: string[] | undefined;
  environment: Record<string, pulumi.Input<string>>;
  /** Variables found in `secret`, by the names that they have there. */
  secretVariables: string[];
  /** Files found in `secret`, by the names that they have there. */
  secretFiles: string[];
  /** Name of the Secret; none if there is nothing in it. */
  secret?: pulumi.Input<string> | undefined;
  /** Name of the ConfigMap with its files; none if it has none. */
  configMap?: pulumi.Input<string> | undefined;
  /** Names that no DNS server knows, each with the address that it stands for. */
  aliases: { name: pulumi.Input<string>; address: pulumi.Input<string> }[];
  /** Name of the claim of the volume that becomes `{data}`. Default: a folder that goes with the pod. */
  claim?: pulumi.Input<string> | undefined;
  port?: number | undefined;
  /** The port that it shows its metrics on. */
  metricsPort?: number | undefined;
  /** The port that it takes administrators' requests on. */
  adminPort?: number | undefined;
  readiness?: string | undefined;
  liveness?: string | undefined;
  startSeconds: number;
  /** Seconds from the moment that nobody calls it until it is gone. */
  stopSeconds: number;
  cpu: string;
  memory: string;
  serviceAccount: string;
  /** Secrets that the image is pulled with. */
  pullSecrets: string[];
  priorityClass?: string | undefined;
  /** Whether the end of the log of a container that fails is part of its state, which Pulumi shows. Default: it isn't. */
  showsLogEnd?: boolean | undefined;
  /** Labels of the pods among which it spreads over machines and zones. Default: it doesn't. */
  spread?: Record<string, string> | undefined;
}

/** A pod that satisfies the Pod Security Standard `restricted`, with a read-only root filesystem too. */
export function podSpec(args: PodArgs): PodSpec {
  const { software, port, metricsPort, adminPort, spread } = args;
  const container = {
    image: args.image,
    env: environment(args),
    volumeMounts: [
      { name: "data", mountPath: software.data },
      ...software.writable.map((path) => ({ name: volumeName(path), mountPath: path })),
      ...(hasFiles(args) ? [{ name: "files", mountPath: software.files, readOnly: true }] : []),
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    ...(args.showsLogEnd && { terminationMessagePolicy: "FallbackToLogsOnError" }),
    // Memory beyond the request is what machines run out of; unused CPU hurts nobody.
    resources: { requests: { cpu: args.cpu, memory: args.memory }, limits: { memory: args.memory } },
  };
  const serving = port !== undefined || software.probe !== undefined;
  const main: Container = {
    ...container,
    name: args.name,
    command: args.command.map((argument) => pulumi.output(argument).apply((text) => placed(software, text))),
    ...(port !== undefined && {
      ports: [
        { name: "main", containerPort: port },
        ...(metricsPort === undefined ? [] : [{ name: "metrics", containerPort: metricsPort }]),
        ...(adminPort === undefined ? [] : [{ name: "admin", containerPort: adminPort }]),
      ],
    }),
    ...(serving && probes(args)),
    // For as long as somebody may still send requests, it takes them.
    ...(port !== undefined && { lifecycle: { preStop: { sleep: { seconds: UNTIL_NOBODY_CALLS } } } }),
  };
  return {
    ...(args.prepare && {
      initContainers: [
        { ...container, name: "prepare", command: args.prepare.map((argument) => placed(software, argument)) },
      ],
    }),
    containers: [main],
    ...(args.aliases.length > 0 && {
      hostAliases: args.aliases.map(({ name, address }) => ({ ip: address, hostnames: [name] })),
    }),
    volumes: volumes(args),
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    // Services of the namespace as variables could be taken for settings: LITELLM_PORT is one.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: software.user,
      runAsGroup: software.user,
      fsGroup: software.user,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    terminationGracePeriodSeconds: graceSeconds(args),
    ...(args.pullSecrets.length > 0 && { imagePullSecrets: args.pullSecrets.map((name) => ({ name })) }),
    ...(args.priorityClass !== undefined && { priorityClassName: args.priorityClass }),
    ...(spread && {
      topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        // Better two on one machine than one that doesn't run.
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: spread },
        matchLabelKeys: ["pod-template-hash"],
      })),
    }),
  };
}

/** Seconds that a pod has from the moment it is told to stop until it is gone. */
export function graceSeconds({ port, stopSeconds }: Pick<PodArgs, "port" | "stopSeconds">): number {
  return (port === undefined ? 0 : UNTIL_NOBODY_CALLS) + stopSeconds;
}

function environment({ software, environment, secret, secretVariables }: PodArgs): EnvVar[] {
  const plain = Object.entries(environment).map(([name, value]) => ({
    name,
    value: pulumi.output(value).apply((text) => placed(software, text)),
  }));
  const secrets = secret === undefined ? [] : secretVariables;
  return [
    ...plain,
    { name: "REPLICA_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...secrets.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secret, key: name } } })),
  ];
}

function volumes(args: PodArgs): Volume[] {
  const { software, claim, configMap, secret, secretFiles } = args;
  const sources = [
    ...(configMap === undefined ? [] : [{ configMap: { name: configMap } }]),
    ...(secretFiles.length > 0
      ? [{ secret: { name: secret, items: secretFiles.map((file) => ({ key: file, path: file })) } }]
      : []),
  ];
  const scratch = { emptyDir: { sizeLimit: "1Gi" } };
  return [
    { name: "data", ...(claim === undefined ? scratch : { persistentVolumeClaim: { claimName: claim } }) },
    ...software.writable.map((path) => ({ name: volumeName(path), ...scratch })),
    // Read only by its own user and group.
    ...(hasFiles(args) ? [{ name: "files", projected: { sources, defaultMode: 0o440 } }] : []),
  ];
}

function hasFiles({ configMap, secretFiles }: PodArgs): boolean {
  return configMap !== undefined || secretFiles.length > 0;
}

function volumeName(path: string): string {
  return path.slice(1).replaceAll("/", "-");
}

function probes({ software, readiness, liveness = readiness, startSeconds }: PodArgs) {
  const asks = (path: string | undefined): Probe =>
    software.probe ? { exec: { command: software.probe } } : { httpGet: { path, port: "main" } };
  const every = { periodSeconds: 10, timeoutSeconds: 5 };
  const readinessProbe = { ...asks(readiness), ...every, failureThreshold: 3 };
  if (software.restarts === false) return { readinessProbe };
  return {
    startupProbe: {
      ...asks(readiness),
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: Math.ceil(startSeconds / 5),
    },
    readinessProbe,
    livenessProbe: { ...asks(liveness), ...every, failureThreshold: 6 },
  };
}
