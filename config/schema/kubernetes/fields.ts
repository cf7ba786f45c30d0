import { isIP, isIPv6 } from "node:net";

import * as z from "zod";

/** A setting that is true or false. */
export const flag = () => z.boolean({ error: "must be true or false, without quotes" });

/** The name of a namespace or Service, which becomes part of a DNS name. */
export const dnsLabel = () =>
  z.stringFormat("name", /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: "is not a name; write up to 63 lower-case letters, digits and hyphens, a letter first",
  });

/** The name of any other object of a cluster. */
export const objectName = () =>
  z.stringFormat("name", /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
    error: "is not the name of an object in a cluster; write lower-case letters, digits, hyphens and dots",
  });

/** Where a server is: a DNS name or an IP address. */
export const host = () => {
  const error = 'is not a host; write a DNS name or an IP address, such as "postgres.example.internal"';
  return (
    z
      .stringFormat("host", /^[A-Za-z0-9:]([A-Za-z0-9.:-]*[A-Za-z0-9:])?$/, { error })
      // With a colon it is an IPv6 address, or a name with a port, which has a setting of its own.
      .refine((text) => !text.includes(":") || isIPv6(text), error)
  );
};

/** An amount of CPU as Kubernetes writes it. */
export const cpu = () =>
  z.preprocess(
    (value) => (typeof value === "number" ? String(value) : value),
    z.stringFormat("cpu", /^([1-9]\d*m|0\.\d{1,3}|[1-9]\d*(\.\d{1,3})?)$/, {
      error: 'is not an amount of CPU; write cores or thousandths of one, such as "1" or "500m"',
    }),
  );

/** An amount of memory or storage as Kubernetes writes it. */
export const bytes = () =>
  z.stringFormat("bytes", /^[1-9]\d*(Mi|Gi|Ti)$/, {
    error: 'is not an amount of bytes; write a whole number and Mi, Gi or Ti, such as "4Gi"',
  });

/**
 * An image that stays what it is: with a version or a digest. Tags that move, such as `latest` or `main-stable`, make
 * two runs of one commit deploy different software.
 */
export const image = () =>
  z.stringFormat(
    "image",
    /^[a-z0-9][a-z0-9._:/-]*?(:v?\d+\.\d+[A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/,
    {
      error:
        'is not pinned to a version; write an image with a version or a digest, such as "ghcr.io/berriai/litellm:v1.108.6"',
    },
  );

/** A range of IP addresses. */
const cidr = z
  .string()
  .refine((text) => isCidr(text), 'is not a range of addresses; write one with its length, such as "10.0.0.0/16"');

function isCidr(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  const version = isIP(address);
  return version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128);
}

/** Who is at the other end of a connection, as NetworkPolicies name them. */
export const peers = () =>
  z.strictObject({
    cidrs: z.array(cidr).default([]).describe('Ranges of addresses, such as `["10.8.0.0/24"]`.'),
    namespaces: z
      .array(
        z
          .record(z.string(), z.string())
          .refine((labels) => Object.keys(labels).length > 0, "selects every namespace; write a label"),
      )
      .default([])
      .describe("Namespaces of the cluster by their labels, such as `[{ kubernetes.io/metadata.name: agents }]`."),
  });

export type Peers = z.output<ReturnType<typeof peers>>;

/** Whether peers name anybody at all. */
export function isNamed({ cidrs = [], namespaces = [] }: { cidrs?: unknown[]; namespaces?: unknown[] } = {}): boolean {
  return cidrs.length + namespaces.length > 0;
}

/** The address of a server that is given by an IP address; a DNS name has none that is known beforehand. */
export function ownAddress(host: string): string[] {
  const version = isIP(host);
  return version === 0 ? [] : [`${host}/${version === 4 ? 32 : 128}`];
}
