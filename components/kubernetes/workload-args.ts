import type * as pulumi from "@pulumi/pulumi";

import type { LastOutputs } from "../last-state.ts";
import type { Scaling } from "./autoscaler.ts";
import type { ClusterSecrets } from "./cluster-secrets.ts";
import type { PodRole } from "./labels.ts";
import type { NetworkEndpoints, Traffic } from "./network.ts";
import type { ImageRuntime } from "./images.ts";

/** Where a workload runs, and what all workloads of a stack have in common. */
export interface WorkloadPlace {
  namespace: pulumi.Input<string>;
  network: NetworkEndpoints;
  /** Where secret values are stored. */
  secrets: ClusterSecrets;
  pullSecrets: string[];
  /** Default: the cluster's own. */
  storageClass?: string | undefined;
  /** Whether Pulumi refuses to delete volumes. */
  protect: boolean;
  /** What the stack's state had before this update. Default: nothing. */
  before?: LastOutputs | undefined;
}

export interface WorkloadArgs extends Traffic, Scaling {
  place: WorkloadPlace;
  role: PodRole;
  software: ImageRuntime;
  image: string;
  /** Names the migration Job, so that each release has one of its own. */
  version: string;
  command: pulumi.Input<string>[];
  prepare?: string[] | undefined;
  environment: Record<string, pulumi.Input<string>>;
  secrets: Record<string, pulumi.Input<string>>;
  files: Record<string, pulumi.Input<string>>;
  /** Those among `files` that its database can't be connected to without. Default: none. */
  databaseFiles?: string[] | undefined;
  secretFiles: Record<string, pulumi.Input<string>>;
  /** What marks its service account and pods as somebody in a cloud. Default: nothing. */
  identity?: { annotations: Record<string, string>; labels: Record<string, string> } | undefined;
  readiness?: string | undefined;
  liveness?: string | undefined;
  startSeconds: number;
  stopSeconds: number;
  /** Seconds that what it has in hand may take before that. Default: 0. */
  drainSeconds?: number | undefined;
  cpu: string;
  memory: string;
  priorityClass?: string | undefined;
  /** Size of the volume with its data; it then runs once at most. Default: nothing outlives the pod. */
  storage?: string | undefined;
  /** `StatefulSet` for what must never run twice, even while a machine is unreachable. Default: `Deployment`. */
  kind?: "Deployment" | "StatefulSet" | undefined;
}
