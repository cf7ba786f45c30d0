import type * as pulumi from "@pulumi/pulumi";

/** Where the resources of a stack are in Google Cloud, and what they have in common. */
export interface GcpPlace {
  /** Begins the names of everything: `llm-gateway-dev`. */
  name: string;
  /** Id of the project: `my-project`. */
  project: string;
  /** Number of the project, which identities of its workloads and service agents are named by. */
  projectNumber: pulumi.Output<string>;
  /** Such as `europe-west1`. */
  region: string;
  /** Whether Pulumi, and Google Cloud where it can, refuses to delete what can't be recreated. */
  protect: boolean;
  /** Whether servers survive the failure of a zone. */
  highAvailability: boolean;
  /** The enabled APIs: everything depends on these. */
  services: pulumi.Resource[];
}
