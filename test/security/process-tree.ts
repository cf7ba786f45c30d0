import { readdir, readFile, readlink } from "node:fs/promises";

import { execa } from "execa";

export interface Process {
  pid: number;
  parent: number;
  /** The program and its arguments, as everybody on the machine sees them. */
  command: string;
}

/** A process with all that it has started, directly or not. */
export async function processTree(root: number): Promise<Process[]> {
  const { stdout } = await execa("ps", ["-A", "-ww", "-o", "pid=,ppid=,command="]);
  const all = [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, command = ""]) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }));
  const below = (parent: number): Process[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

/** Ends a process with all that it has started: server processes of LiteLLM would go on without the one that started them. */
export async function killTree(root: number): Promise<void> {
  for (const { pid } of await processTree(root)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

/** The query engines of a LiteLLM proxy. */
export async function enginesOf(proxy: number): Promise<Process[]> {
  return (await processTree(proxy)).filter(({ command }) => command.startsWith("query-engine"));
}

/** The TCP ports on which any of these processes listens, each once, in order. */
export async function listeningPorts(processes: Process[]): Promise<number[]> {
  const ports =
    process.platform === "linux"
      ? await Promise.all(processes.map(({ pid }) => portsFromProc(pid)))
      : [await portsFromLsof(processes)];
  return [...new Set(ports.flat())].sort((a, b) => a - b);
}

/** Lines of /proc/net/tcp: number, local address, remote address, state, five more, inode. 0A is LISTEN. */
const LISTENER = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A(?:\s+\S+){5}\s+(\d+)/gm;

async function portsFromProc(pid: number): Promise<number[]> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8").catch(() => "")),
  );
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const open = new Set(await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => ""))));
  return [...tables.join("\n").matchAll(LISTENER)]
    .filter(([, , inode]) => open.has(`socket:[${inode ?? ""}]`))
    .map(([, port = ""]) => Number.parseInt(port, 16));
}

async function portsFromLsof(processes: Process[]): Promise<number[]> {
  const pids = processes.map(({ pid }) => pid).join(",");
  const { stdout } = await execa("lsof", ["-nP", "-a", "-p", pids, "-iTCP", "-sTCP:LISTEN", "-Fn"], { reject: false });
  return [...stdout.matchAll(/^n.*:(\d+)$/gm)].map(([, port]) => Number(port));
}
