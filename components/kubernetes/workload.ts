import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ROLLOUT_SHARE } from "../../config/schema/connections.ts";
import { AUTOSCALER, autoscalerSpec } from "./autoscaler.ts";
import type { WorkloadSecrets } from "./cluster-secrets.ts";
import { labels, selector } from "./labels.ts";
import { Migration } from "./migration.ts";
import { policySpec } from "./network.ts";
import { graceSeconds, podSpec, type PodArgs } from "./pod.ts";
import type { ServiceData } from "../platform.ts";
import type { WorkloadArgs } from "./workload-args.ts";

/** How long pods may take to start or to be replaced: four rounds of a machine, the image and LiteLLM's start. */
const ROLLOUT = "30m";

/** Seconds that a deletion may take besides the time that its pods have to end. */
const DELETION_SECONDS = 600;

/**
 * A service in a cluster: its pods, how many there are, what they may be told and read, and who may talk to them.
 *
 * What pods read is never changed in place: a change makes a new ConfigMap or Secret, whose name is in the pods, which
 * are replaced for it, a quarter at a time and the new ones first.
 */
export class Workload extends pulumi.ComponentResource {
  /** The Deployment or StatefulSet, rolled out. */
  readonly resource: pulumi.Resource;
  /** What needs the service depends on these. */
  readonly ready: pulumi.Resource[];
  /** Its volume; undefined for a service that keeps nothing. */
  readonly data: ServiceData | undefined;
  readonly #name: string;
  readonly #args: WorkloadArgs;
  readonly #child: pulumi.CustomResourceOptions;

  constructor(name: string, args: WorkloadArgs, opts: pulumi.ComponentResourceOptions) {
    super("llm-gateway:kubernetes:Workload", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.#child = { parent: this };
    const account = new kubernetes.core.v1.ServiceAccount(
      name,
      { metadata: this.#accountMetadata(), automountServiceAccountToken: false },
      this.#child,
    );
    const policy = new kubernetes.networking.v1.NetworkPolicy(
      name,
      { metadata: this.#named(), spec: policySpec(name, args, args.place.network) },
      this.#child,
    );
    const kept = args.place.secrets.of(
      { workload: name, namespace: args.place.namespace, serviceAccount: account.metadata.name },
      { ...args.secrets, ...args.secretFiles },
    );
    const claim = this.#claim();
    this.data = claim && { resource: claim, identity: claim.metadata.uid };
    const pod = this.#pod(kept, claim);
    const migration = args.software.migration && new Migration(name, { ...args, pod, kept }, this.#child);
    this.resource = this.#pods(pod, [account, policy, ...(migration?.done ?? [])]);
    this.ready = [this.resource, ...this.#service()];
    this.#budget();
    this.#autoscaler();
    this.registerOutputs();
  }

  /** Metadata of an object that is found by its name. */
  #named() {
    return { name: this.#name, ...this.#unnamed() };
  }

  #accountMetadata() {
    const { annotations = {} } = this.#args.identity ?? {};
    return { ...this.#named(), ...(!isEmpty(annotations) && { annotations }) };
  }

  /** Metadata of an object that Pulumi recreates for each change, with a name of its own. */
  #unnamed() {
    return { namespace: this.#args.place.namespace, labels: labels(this.#name, this.#args.role) };
  }

  #pod(kept: WorkloadSecrets, claim: kubernetes.core.v1.PersistentVolumeClaim | undefined): PodArgs {
    const { software, environment, secrets, files, secretFiles, drainSeconds = 0, stopSeconds } = this.#args;
    const configMap = isEmpty(files)
      ? undefined
      : new kubernetes.core.v1.ConfigMap(
          this.#name,
          { metadata: this.#unnamed(), immutable: true, data: files },
          this.#child,
        );
    const keys = Object.keys({ ...secrets, ...secretFiles });
    const secret =
      keys.length === 0 ? undefined : kept.secret(this.#name, { keys, metadata: this.#unnamed() }, this.#child);
    return {
      ...this.#args,
      name: this.#args.role,
      serviceAccount: this.#name,
      pullSecrets: this.#args.place.pullSecrets,
      environment: { ...software.environment(drainSeconds), ...environment },
      secretVariables: Object.keys(secrets),
      secretFiles: Object.keys(secretFiles),
      secret,
      configMap: configMap?.metadata.name,
      aliases: this.#aliases(),
      claim: claim?.metadata.name,
      stopSeconds: drainSeconds + stopSeconds,
      spread: this.#isOne ? undefined : selector(this.#name),
    };
  }

  /** The names that no DNS server knows. The relay checks no name, so it gets none. */
  #aliases(): PodArgs["aliases"] {
    const { databaseFiles = [], place } = this.#args;
    const alias = place.network.postgres?.alias;
    return alias === undefined || databaseFiles.length === 0 ? [] : [alias];
  }

  /** Whether two of it at once would write to the same volume. */
  get #isOne(): boolean {
    return this.#args.storage !== undefined;
  }

  #claim(): kubernetes.core.v1.PersistentVolumeClaim | undefined {
    const { storage, place } = this.#args;
    if (storage === undefined) return undefined;
    return new kubernetes.core.v1.PersistentVolumeClaim(
      this.#name,
      {
        // Most classes make a volume for the first pod, which waits for the claim.
        metadata: { ...this.#named(), annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage } },
          ...(place.storageClass !== undefined && { storageClassName: place.storageClass }),
        },
      },
      { ...this.#child, protect: place.protect },
    );
  }

  #pods(pod: PodArgs, dependsOn: pulumi.Resource[]): pulumi.Resource {
    const { role, port, replicas, kind, identity } = this.#args;
    const name = this.#name;
    const options = {
      ...this.#child,
      dependsOn,
      customTimeouts: { create: ROLLOUT, update: ROLLOUT, delete: `${graceSeconds(pod) + DELETION_SECONDS}s` },
    };
    const common = {
      replicas,
      selector: { matchLabels: selector(name) },
      template: { metadata: { labels: { ...identity?.labels, ...labels(name, role) } }, spec: podSpec(pod) },
    };
    if (kind === "StatefulSet") {
      const spec = { ...common, serviceName: name };
      return new kubernetes.apps.v1.StatefulSet(name, { metadata: this.#named(), spec }, options);
    }
    const spec = {
      ...common,
      strategy: this.#isOne
        ? { type: "Recreate" }
        : { type: "RollingUpdate", rollingUpdate: { maxSurge: `${100 * ROLLOUT_SHARE}%`, maxUnavailable: 0 } },
      revisionHistoryLimit: 3,
      // Without a port nothing says when it can work; one that fails at its start does so by then.
      ...(port === undefined && { minReadySeconds: 10 }),
    };
    // How many pods there are is up to the autoscaler, but for the first moment. Not to say it at all would leave one pod:
    // a field that nobody applies any more takes its default.
    if (this.#scales) {
      const ignoreChanges = ["spec.replicas"];
      return new kubernetes.apps.v1.Deployment(name, { metadata: this.#named(), spec }, { ...options, ignoreChanges });
    }
    // Without force, the API server refuses a number that an autoscaler has set before.
    const metadata = { ...this.#named(), annotations: { "pulumi.com/patchForce": "true" } };
    return new kubernetes.apps.v1.Deployment(name, { metadata, spec }, options);
  }

  #service(): pulumi.Resource[] {
    const { port } = this.#args;
    if (port === undefined) return [];
    const ports = [{ name: "main", port, targetPort: "main" }];
    const service = new kubernetes.core.v1.Service(
      this.#name,
      { metadata: this.#named(), spec: { type: "ClusterIP", selector: selector(this.#name), ports } },
      // Pulumi waits until a Service has pods: created first, it could wait for as long as a migration takes.
      { ...this.#child, dependsOn: this.resource },
    );
    return [service];
  }

  #budget(): void {
    if (this.#args.replicas === 1 && !this.#scales) return;
    new kubernetes.policy.v1.PodDisruptionBudget(
      this.#name,
      { metadata: this.#named(), spec: { selector: { matchLabels: selector(this.#name) }, maxUnavailable: 1 } },
      this.#child,
    );
  }

  get #scales(): boolean {
    return this.#autoscalerSpec() !== undefined;
  }

  #autoscalerSpec() {
    return autoscalerSpec(this.#name, this.#args, this.#args.place.before?.(AUTOSCALER, this.#name));
  }

  #autoscaler(): void {
    const spec = this.#autoscalerSpec();
    if (!spec) return;
    if (spec.minReplicas === spec.maxReplicas) {
      const message = `The autoscaler of ${this.#name} brings it to ${this.#args.replicas} pods once more, and goes with the next update.`;
      void pulumi.log.warn(message, this);
    }
    new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
      this.#name,
      { metadata: this.#named(), spec },
      { ...this.#child, dependsOn: this.resource },
    );
  }
}

function isEmpty(entries: object): boolean {
  return Object.keys(entries).length === 0;
}
