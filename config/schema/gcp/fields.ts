import * as z from "zod";

import { isPrivate, isRange, PRIVATE_RANGES } from "./ranges.ts";

/** A whole number from `least` to `most`. */
export const between = (least: number, most: number) => {
  const error = `is not a whole number from ${least} to ${most}`;
  return z.int(error).min(least, error).max(most, error);
};

/** A region of Google Cloud. */
export const region = () =>
  z.stringFormat("region", /^[a-z]+(-[a-z]+)+\d+$/, {
    error: 'is not a region; write one of Google Cloud, such as "europe-west1"',
  });

/** The id of a project: https://cloud.google.com/resource-manager/docs/creating-managing-projects. */
export const projectId = () =>
  z.stringFormat("project id", /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, {
    error:
      "is not a project id; write 6 to 30 lower-case letters, digits and hyphens, a letter first, as `gcloud projects list` shows it",
  });

/** The name of a network, subnet or secondary range: https://cloud.google.com/compute/docs/naming-resources. */
export const resourceName = () =>
  z.stringFormat("name", /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: "is not a name; write up to 63 lower-case letters, digits and hyphens, a letter first",
  });

/** A range of private IPv4 addresses. */
export const privateRange = () =>
  z
    .string()
    .refine(isRange, {
      error: 'is not a range of IPv4 addresses; write its first address and its length, such as "10.20.0.0/22"',
      abort: true,
    })
    .refine(isPrivate, `is not private; write a range in one of ${PRIVATE_RANGES.join(", ")}`);

/** Google allows 64 labels: https://cloud.google.com/resource-manager/docs/labels-overview. Pulumi and the stack add some. */
const MOST_LABELS = 60;

/** Labels of resources. Letters other than ASCII are left out, because GKE refuses them. */
export const labels = () =>
  z
    .record(
      z
        .string()
        .regex(
          /^(?!goog)[a-z][a-z0-9_-]{0,62}$/,
          'is not the name of a label; write up to 63 lower-case letters, digits, hyphens and underscores, a letter first, and not "goog"',
        ),
      z
        .string()
        .regex(
          /^[a-z0-9_-]{0,63}$/,
          "is not the value of a label; write up to 63 lower-case letters, digits, hyphens and underscores",
        ),
    )
    .refine(
      (entries) => Object.keys(entries).length <= MOST_LABELS,
      `has more labels than Google Cloud takes; write ${MOST_LABELS} at most`,
    );
