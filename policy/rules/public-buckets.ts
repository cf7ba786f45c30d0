import { at, entries, isNone } from "../resource.ts";
import { EVERYBODY } from "./public-members.ts";
import type { Rule } from "../rule.ts";

export const publicBuckets: Rule = {
  why: "Buckets keep the public out whatever their access lists say, since one of logs or backups holds prompts and answers.",
  source: "https://cloud.google.com/storage/docs/public-access-prevention",
  types: /^gcp:storage\/\w+:(Bucket|(Bucket|Object|DefaultObject)(ACL|AccessControl))$/,
  judge:
    () =>
    ({ type, inputs }) => {
      if (type.endsWith(":Bucket")) {
        return isNone(at(inputs, "publicAccessPrevention"), "enforced")
          ? ["The bucket can be made public: set publicAccessPrevention to enforced."]
          : [];
      }
      const readers = [at(inputs, "entity"), at(inputs, "predefinedAcl"), ...entries(at(inputs, "roleEntities"))];
      const isPublic = readers.some(
        (reader) => typeof reader === "string" && (EVERYBODY.test(reader) || /^public/.test(reader)),
      );
      return isPublic ? ["Everybody on the Internet may read it: name those who may."] : [];
    },
};
