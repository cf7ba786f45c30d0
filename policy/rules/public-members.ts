import { at, entries } from "../resource.ts";
import type { Rule } from "../rule.ts";

/** Google's words for everybody on the Internet, with and without a Google account. */
export const EVERYBODY = /\ball(Authenticated)?Users\b/;

/** Kubernetes' groups of everybody who reaches its API, with and without a token. */
const EVERY_CALLER = ["system:anonymous", "system:unauthenticated", "system:authenticated"];

export const publicMembers: Rule = {
  why: "No role is given to everybody, since allUsers and allAuthenticatedUsers are the whole Internet.",
  source: "https://cloud.google.com/iam/docs/principal-identifiers",
  types:
    /^(gcp:.*:\w*I[Aa][Mm](Member|Binding|Policy)|kubernetes:rbac\.authorization\.k8s\.io\/v1:(Cluster)?RoleBinding)$/,
  judge:
    () =>
    ({ inputs }) => {
      const members = [at(inputs, "member"), ...entries(at(inputs, "members")), at(inputs, "policyData")];
      const everybody = members.some((member) => typeof member === "string" && EVERYBODY.test(member));
      const callers = entries(at(inputs, "subjects")).map((subject) => at(subject, "name"));
      return everybody || callers.some((name) => EVERY_CALLER.includes(String(name)))
        ? ["The role is given to everybody: name those who need it."]
        : [];
    },
};
