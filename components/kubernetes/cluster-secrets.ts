import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The identity that reads secret values in a cluster. */
export interface SecretReader {
  /** Name of the workload, and of the service account that its pods and its migration run as. */
  workload: string;
  namespace: pulumi.Input<string>;
  /** The service account, once it exists. */
  serviceAccount: pulumi.Input<string>;
}

/** What a Secret is created with, next to its values. */
export interface SecretArgs {
  /** Keys of the workload's values that it holds. */
  keys: string[];
  /** The Secret's metadata without a name: Pulumi generates one for each change. */
  metadata: { namespace: pulumi.Input<string>; labels: Record<string, string> };
}

/** The secret values of one workload. */
export interface WorkloadSecrets {
  /**
   * The name of a Kubernetes Secret with some of the values. Another value makes another Secret, whose name is another
   * one: pods that name it are replaced, and those before them keep theirs until they are gone.
   */
  secret(name: string, args: SecretArgs, opts: pulumi.CustomResourceOptions): pulumi.Output<string>;
}

/** Where the secret values of workloads are stored, and how they get into the cluster. */
export interface ClusterSecrets {
  /** Stores a workload's values, once for all who read them. */
  of(reader: SecretReader, values: Record<string, pulumi.Input<string>>): WorkloadSecrets;
}

/** Stores secret values only in the cluster, as immutable Secrets that the stack writes. */
export class OwnSecrets implements ClusterSecrets {
  of(_reader: SecretReader, values: Record<string, pulumi.Input<string>>): WorkloadSecrets {
    return {
      secret(name, { keys, metadata }, opts) {
        const stringData = pulumi.secret(Object.fromEntries(keys.map((key) => [key, values[key] ?? ""])));
        return new kubernetes.core.v1.Secret(name, { metadata, immutable: true, stringData }, opts).metadata.name;
      },
    };
  }
}
