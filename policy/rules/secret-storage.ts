import { containersOf, WORKLOADS } from "../pods.ts";
import { at, entries } from "../resource.ts";
import type { Rule } from "../rule.ts";

const SECRET_NAME = /(^|_)(KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|LICENSE)$|DATABASE_URL/;

export const secretStorage: Rule = {
  why: "Secrets are in Secret Manager by name, and containers refer to them, since a value in a manifest is read by everybody who may list pods, and one in a Secret of the cluster has no versions and no log of who read it.",
  source: "https://cloud.google.com/secret-manager/docs/best-practices",
  types: new RegExp(`^kubernetes:core/v1:Secret$|${WORKLOADS.source}`),
  judge:
    ({ platform }) =>
    ({ type, inputs }) => {
      if (type === "kubernetes:core/v1:Secret") {
        return platform === "gcp"
          ? ["It holds values in the cluster: put them into Secret Manager, and have the cluster synchronize them."]
          : [];
      }
      return containersOf(type, inputs)
        .flatMap((container) => entries(at(container, "env")))
        .filter((entry) => SECRET_NAME.test(String(at(entry, "name"))))
        .filter((entry) => ![undefined, ""].includes(at(entry, "value") as string | undefined))
        .map(
          (entry) =>
            `The variable ${String(at(entry, "name"))} has its value in the manifest: name a Secret in valueFrom.secretKeyRef.`,
        );
    },
};
