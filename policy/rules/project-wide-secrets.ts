import { at } from "../resource.ts";
import type { Rule } from "../rule.ts";

const READERS = /^roles\/secretmanager\.(admin|secretAccessor)$/;

export const projectWideSecrets: Rule = {
  why: "Who may read secrets may read named ones, never all of a project, since otherwise each workload has every other one's keys and passwords.",
  source: "https://cloud.google.com/secret-manager/docs/best-practices",
  types: /^gcp:(projects|folder|organizations)\/iAM(Member|Binding):IAM(Member|Binding)$/,
  judge:
    () =>
    ({ inputs }) => {
      const role = at(inputs, "role");
      const isLimited = at(inputs, "condition") !== undefined;
      return typeof role === "string" && READERS.test(role) && !isLimited
        ? [
            `${role} on the whole project reads every secret: give it on each secret, with a gcp.secretmanager.SecretIamMember.`,
          ]
        : [];
    },
};
