import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The variable that marks a service's processes with the service they belong to, and with it everything that they start.
 * A process is recognized by what it carries and never by a remembered number, which the system may since have given
 * to somebody else's process. A service that hides what it carries leaves a process in front that doesn't.
 */
export const SERVICE = "LLM_GATEWAY_SERVICE";

/** The variable that holds a hash of everything that a service was started with. */
export const SPECIFICATION = "LLM_GATEWAY_SPECIFICATION";

export interface MarkedProcess {
  pid: number;
  /** The value of {@link SPECIFICATION}. */
  specification: string;
}

/** The value of {@link SERVICE} for the service in `folder`: one word, since `ps` separates variables by spaces. */
export function serviceMark(folder: string): string {
  return `${basename(folder)}-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
}

/** All living processes of the service in `folder`, in the order of their ids. */
export async function processesOf(folder: string): Promise<MarkedProcess[]> {
  return marked(folder, process.platform === "linux" ? await readProc() : await readPs());
}

/** The process of that id, if it is one of the service in `folder`. */
export async function processOf(folder: string, pid: number): Promise<MarkedProcess | undefined> {
  // Of all of the machine, Linux would take its time.
  const environments = process.platform === "linux" ? [await readProcess(String(pid))] : await readPs();
  return marked(folder, environments).find((process) => process.pid === pid);
}

function marked(folder: string, environments: Environment[]): MarkedProcess[] {
  const mark = `${SERVICE}=${serviceMark(folder)}`;
  return environments
    .filter(({ variables }) => variables.includes(mark))
    .map(({ pid, variables }) => ({
      pid,
      specification: variables.find((v) => v.startsWith(`${SPECIFICATION}=`))?.slice(SPECIFICATION.length + 1) ?? "",
    }))
    .sort((a, b) => a.pid - b.pid);
}

interface Environment {
  pid: number;
  variables: string[];
}

async function readProc(): Promise<Environment[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map(readProcess));
}

async function readProcess(pid: string): Promise<Environment> {
  return { pid: Number(pid), variables: (await readEnviron(pid)).split("\0") };
}

/** Empty for another user's process, one that has ended, and the system's own. */
async function readEnviron(pid: string): Promise<string> {
  const read = () => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  let text = await read();
  // While a process becomes another program, its environment reads as empty for a moment.
  for (let tries = 0; text === "" && tries < 5 && (await isProgram(pid)); tries++) {
    await sleep(10);
    text = await read();
  }
  return text;
}

/** Whether it is neither a zombie nor a thread of the system, which have no program behind them. */
async function isProgram(pid: string): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`, "utf8").then(
    (stat) => !/^\d+ \(.*\) ([ZX] |. [02] )/s.test(stat),
    () => false,
  );
}

/** macOS shows the environment of the user's own processes behind their arguments, separated by spaces. */
async function readPs(): Promise<Environment[]> {
  const { execa } = await import("execa");
  const { stdout } = await execa("ps", ["-Eww", "-axo", "pid=,command="]);
  return stdout.split("\n").map((line) => {
    const [pid = "", ...words] = line.trim().split(" ");
    return { pid: Number(pid), variables: words };
  });
}
