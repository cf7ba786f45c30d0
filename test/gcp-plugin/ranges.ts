/** A range of IPv4 addresses as numbers, both ends included. */
export interface Range {
  first: number;
  last: number;
}

/** Reads `10.0.0.0/16`. @throws Error for what is no range, or whose address is not its first. */
export function rangeOf(cidr: string): Range {
  const found = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = (found ?? []).slice(1).map(Number);
  if (!found || [a, b, c, d].some((part) => part > 255) || bits > 32) throw new Error(`'${cidr}' is no IPv4 range`);
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  if (first % size !== 0) throw new Error(`'${cidr}' does not begin with the first address of its range`);
  return { first, last: first + size - 1 };
}

/** Whether two ranges have an address in common. */
export function overlap(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The address as text. */
export function address(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
