import { at } from "../resource.ts";
import type { Rule } from "../rule.ts";

const PRIMITIVE = /\broles\/(owner|editor|viewer|admin|writer|reader)\b/;

export const primitiveRoles: Rule = {
  why: "No identity has a basic role, such as owner, editor or viewer, or is administrator of the cluster, since each may do thousands of things that nothing here needs, read all secrets among them.",
  source: "https://cloud.google.com/iam/docs/roles-overview",
  types:
    /^(gcp:.*:\w*I[Aa][Mm](Member|Binding|Policy)|kubernetes:rbac\.authorization\.k8s\.io\/v1:(Cluster)?RoleBinding)$/,
  judge:
    () =>
    ({ inputs }) => {
      const found = [at(inputs, "role"), at(inputs, "policyData")].flatMap((text) =>
        typeof text === "string" ? (PRIMITIVE.exec(text)?.[0] ?? []) : [],
      );
      const isAdministrator = at(inputs, "roleRef.name") === "cluster-admin";
      return [...found, ...(isAdministrator ? ["cluster-admin"] : [])].map(
        (role) => `${role} is far more than anything here needs: give the role that has the permissions in question.`,
      );
    },
};
