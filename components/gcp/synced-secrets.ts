import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";

import type { ClusterSecrets, SecretArgs, SecretReader, WorkloadSecrets } from "../kubernetes/cluster-secrets.ts";
import type { GcpPlace } from "./place.ts";
import type { KeptSecret, SecretManager } from "./secret-manager.ts";
import { workloadPrincipal } from "./workload-principal.ts";

export interface SyncedSecretsArgs {
  place: GcpPlace;
  secretManager: SecretManager;
  /** The cluster's pool of identities: `my-project.svc.id.goog`. Exists once the cluster does. */
  workloadPool: pulumi.Input<string>;
}

/** They encrypt what is kept elsewhere: LiteLLM's credentials and Sagewai's. */
const IRREPLACEABLE = new Set(["LITELLM_SALT_KEY", "SAGEWAI_MASTER_KEY"]);

/**
 * Keeps the values in Secret Manager, where each workload may read its own and no other, and lets GKE write them into
 * the cluster: https://cloud.google.com/secret-manager/docs/sync-k8-secrets. No manifest of ours holds one.
 */
export class SyncedSecrets implements ClusterSecrets {
  readonly #args: SyncedSecretsArgs;

  constructor(args: SyncedSecretsArgs) {
    this.#args = args;
  }

  of(reader: SecretReader, values: Record<string, pulumi.Input<string>>): WorkloadSecrets {
    const { place, secretManager, workloadPool } = this.#args;
    const member = workloadPrincipal(place, workloadPool, reader.namespace, reader.workload);
    const kept = Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        refuseUnlessSyncable(reader.workload, key);
        const secret = secretManager.keep(`${reader.workload}-${kebabCase(key)}`, {
          value,
          readers: { [reader.workload]: member },
          irreplaceable: IRREPLACEABLE.has(key),
        });
        return [key, secret] as const;
      }),
    );
    return { secret: (name, args, opts) => syncedSecret(name, reader, kept, args, opts) };
  }
}

/** Tells GKE to write a Secret, which has the name of the SecretSync and goes with it. */
function syncedSecret(
  name: string,
  reader: SecretReader,
  kept: Record<string, KeptSecret>,
  { keys, metadata }: SecretArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const chosen = keys.flatMap((key) => {
    const secret = kept[key];
    return secret ? [{ key, ...secret }] : [];
  });
  // As with immutable Secrets: another version makes another pair, named again, before the former one goes.
  const replaced = { replaceOnChanges: ["spec"] };
  const source = new kubernetes.apiextensions.CustomResource(
    name,
    {
      apiVersion: "secrets-store.csi.x-k8s.io/v1",
      kind: "SecretProviderClass",
      metadata,
      spec: {
        provider: "gke",
        parameters: {
          secrets: pulumi
            .all(chosen.map(({ version }) => version))
            .apply((versions) =>
              yaml.stringify(chosen.map(({ key }, index) => ({ resourceName: versions[index], path: key }))),
            ),
        },
      },
    },
    pulumi.mergeOptions(opts, replaced),
  );
  const sync = new kubernetes.apiextensions.CustomResource(
    name,
    {
      apiVersion: "secret-sync.gke.io/v1",
      kind: "SecretSync",
      metadata,
      spec: {
        serviceAccountName: reader.serviceAccount,
        secretProviderClassName: source.metadata.name,
        secretObject: { type: "Opaque", data: keys.map((key) => ({ sourcePath: key, targetKey: key })) },
      },
    },
    pulumi.mergeOptions(opts, { ...replaced, dependsOn: chosen.flatMap(({ ready }) => ready) }),
  );
  return sync.metadata.name;
}

/** What SecretSync takes as a key, from its CustomResourceDefinition: no `A_B`, no `A__B`, no `_` at either end. */
const SYNCABLE = /^[A-Za-z0-9.](?:[-A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*)?$/;

/**
 * Refuses a key that SecretSync doesn't take, before anything is made.
 *
 * @throws pulumi.RunError that names it.
 */
export function refuseUnlessSyncable(workload: string, key: string): void {
  if (SYNCABLE.test(key) && key.length <= 253) return;
  throw new pulumi.RunError(
    `GKE's secret synchronization takes no key such as "${key}", which ${workload} reads: the second character must be a letter or a digit, and so must those before and after each "_", "-" or "."; rename it`,
  );
}

function kebabCase(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
