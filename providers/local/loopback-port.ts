import { readFile } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";

/**
 * Whose a TCP port of 127.0.0.1 is. Every account of the machine may dial what listens there, and may listen itself
 * where nobody does: the address proves nothing, but the system knows whose program has which end of a connection.
 */
interface End {
  /** Address and port of this end: `127.0.0.1:4000`. */
  local: string;
  /** Address and port of the other end; undefined for a program that listens. */
  remote?: string | undefined;
  /** The account whose program has this end. */
  uid: number;
}

/** Whether a program of any account accepts connections to the port of 127.0.0.1. */
export async function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}

/** Whether a program of this account listens on the port of 127.0.0.1. */
export async function isOurs(port: number): Promise<boolean> {
  const local = `127.0.0.1:${port}`;
  return (await endsAt(port)).some((end) => end.local === local && end.remote === undefined && end.uid === ownUid());
}

/** Whether a connection that was made to a port of this process comes from a program of this account. */
export async function comesFromUs({ remoteAddress, remotePort, localAddress, localPort }: Socket): Promise<boolean> {
  if (remotePort === undefined) return false;
  const local = `${remoteAddress ?? ""}:${remotePort}`;
  const remote = `${localAddress ?? ""}:${localPort ?? ""}`;
  const ends = await endsAt(remotePort);
  return ends.some((end) => end.local === local && end.remote === remote && end.uid === ownUid());
}

function ownUid(): number | undefined {
  return process.getuid?.();
}

async function endsAt(port: number): Promise<End[]> {
  if (process.platform === "linux") {
    const tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
    return (await Promise.all(tables.map((path) => readFile(path, "latin1").catch(() => "")))).flatMap(endsInProc);
  }
  const { execa } = await import("execa");
  const uid = ownUid() ?? 0;
  // Of this account's programs only: of others' it may not say anything.
  const args = ["-nP", "-a", "-u", String(uid), `-iTCP:${port}`, "-Fn"];
  return endsInLsof((await execa("lsof", args, { reject: false })).stdout, uid);
}

/** Number, local end, remote end, state, two pairs of numbers, one more, the account. 0A is a program that listens. */
const PROC_LINE = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+\s+(\d+)/gm;

/** The ends in a table of Linux, /proc/net/tcp or /proc/net/tcp6. */
export function endsInProc(table: string): End[] {
  return [...table.matchAll(PROC_LINE)].map(
    ([, local = "", localPort = "", remote = "", remotePort = "", state, uid]): End => ({
      local: `${address(local)}:${Number.parseInt(localPort, 16)}`,
      remote: state === "0A" ? undefined : `${address(remote)}:${Number.parseInt(remotePort, 16)}`,
      uid: Number(uid),
    }),
  );
}

/** The ends that `lsof -Fn` lists: lines such as `n127.0.0.1:50000->127.0.0.1:4000`. */
export function endsInLsof(listing: string, uid: number): End[] {
  return [...listing.matchAll(/^n([^-\s]+)(?:->(\S+))?$/gm)].map(([, local = "", remote]) => ({ local, remote, uid }));
}

/** An address as the table has it: bytes of IPv4 in the machine's own order, which is backwards on all that we run on. */
function address(hex: string): string {
  const mapped = /^0{16}FFFF0000([0-9A-F]{8})$/.exec(hex)?.[1] ?? hex;
  if (mapped.length !== 8) return hex;
  return [6, 4, 2, 0].map((at) => Number.parseInt(mapped.slice(at, at + 2), 16)).join(".");
}
