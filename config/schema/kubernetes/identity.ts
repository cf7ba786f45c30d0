import * as z from "zod";

import { peers } from "./fields.ts";

/** What a key of a label or an annotation may be: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/. */
const NAME = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

const marks = (what: string) =>
  z.record(
    z.string().regex(NAME, `is not the name of ${what}; write one such as eks.amazonaws.com/role-arn`),
    z.string(),
  );

/** What makes LiteLLM's pods somebody in a cloud, so that no key of it has to be kept. */
export const identity = z.strictObject({
  annotations: marks("an annotation")
    .default({})
    .describe(
      "Annotations of LiteLLM's service account: `eks.amazonaws.com/role-arn` for IRSA, `azure.workload.identity/client-id` for Entra ID, `iam.gke.io/gcp-service-account` for GKE.",
    ),
  labels: marks("a label")
    .default({})
    .describe('Labels of LiteLLM\'s pods: `{azure.workload.identity/use: "true"}` for Entra ID.'),
  address: z
    .enum(["169.254.170.23", "169.254.169.254"])
    .optional()
    .describe(
      "What hands pods the credentials of their own identity, and of no other: `169.254.170.23` with EKS Pod Identity, `169.254.169.254` with GKE's Workload Identity; nowhere else, since it would be the machine's own. Default: nobody; IRSA and Entra ID need none.",
    ),
});

/** Where else LiteLLM's pods may call. */
export const calls = z.strictObject({
  ...peers().shape,
  ports: z
    .array(z.int().min(1).max(65_535))
    .min(1, "is empty; write the ports that are called, such as [4318]")
    .describe("TCP ports of the pods or servers behind these."),
});
