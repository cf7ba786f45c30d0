import { isIPv4 } from "node:net";

/**
 * Ranges that nobody on the Internet has, and that subnets may use:
 * https://cloud.google.com/vpc/docs/subnets#valid-ranges. Shared address space (RFC 6598), the range for benchmarks
 * (RFC 2544) and the one that was reserved (RFC 1112) are for those who have used up the first three.
 */
export const PRIVATE_RANGES = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "198.18.0.0/15",
  "240.0.0.0/4",
];

/** Whether a text is an IPv4 range that begins with its first address: `10.20.0.0/22`. */
export function isRange(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  if (!isIPv4(address) || !/^\d{1,2}$/.test(length) || Number(length) > 32 || rest.length > 0) return false;
  return addressNumber(address) % size(text) === 0;
}

/** Whether nobody on the Internet has any address of a range. */
export function isPrivate(range: string): boolean {
  return PRIVATE_RANGES.some((outer) => isWithin(range, outer));
}

/** Whether two ranges share an address. */
export function overlap(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

/** The length of a range's prefix: 22 for `10.20.0.0/22`. */
export function prefixLength(range: string): number {
  return Number(range.split("/")[1]);
}

/** Ranges begin at multiples of their sizes, so that one of two that share an address has all of the other's. */
function isWithin(range: string, outer: string): boolean {
  const [address = ""] = range.split("/");
  const [first = ""] = outer.split("/");
  const distance = addressNumber(address) - addressNumber(first);
  return prefixLength(range) >= prefixLength(outer) && distance >= 0 && distance < size(outer);
}

function size(range: string): number {
  return 2 ** (32 - prefixLength(range));
}

function addressNumber(address: string): number {
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
