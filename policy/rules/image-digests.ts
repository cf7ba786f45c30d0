import { containersOf, WORKLOADS } from "../pods.ts";
import { at } from "../resource.ts";
import type { Rule } from "../rule.ts";

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** The settings of images, by what their names begin with. */
const SETTINGS: [image: RegExp, setting: string][] = [
  [/litellm/, "litellm"],
  [/sagewai/, "sagewai"],
  [/postgres/, "postgres"],
];

export const imageDigests: Rule = {
  why: "Images are named by their digest, since a tag can be pushed again, and then pods of one release run different programs.",
  source: "https://kubernetes.io/docs/concepts/containers/images/",
  types: WORKLOADS,
  judge: () => {
    // Several workloads run one image, which is named once.
    const named = new Set<string>();
    return ({ type, inputs }) => {
      const images = containersOf(type, inputs).map((container) => at(container, "image"));
      const tagged = images.filter((image): image is string => typeof image === "string" && !DIGEST.test(image));
      return tagged.flatMap((image) => {
        if (named.has(image)) return [];
        named.add(image);
        const setting = SETTINGS.find(([names]) => names.test(image))?.[1];
        const where = setting === undefined ? "name it" : `set llm-gateway:kubernetes.images.${setting} to it`;
        return [
          `${image} is named by a tag: ${where} with its digest, which \`docker buildx imagetools inspect\` shows, as ${image}@sha256:….`,
        ];
      });
    };
  },
};
