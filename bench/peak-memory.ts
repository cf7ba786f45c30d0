import { readdir, readFile } from "node:fs/promises";

/** How often memory is looked at, in milliseconds. */
const INTERVAL = 250;

/** Bytes of a page, in which the kernel counts. */
const PAGE = 4096;

/**
 * Watches how much memory a process and all that it started hold.
 *
 * @param pid The process.
 * @returns A function that stops watching and gives the most that was seen at once, in MB; pages that processes share
 *   count for each of them. Only Linux tells: elsewhere it is 0.
 */
export function watchMemory(pid: number): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    void residentPages(pid).then((pages) => {
      peak = Math.max(peak, pages);
    });
  }, INTERVAL);
  return () => {
    clearInterval(timer);
    return Math.round((peak * PAGE) / 1_000_000);
  };
}

/** Looks only at the family: to look at every process of the machine would slow down what is measured. */
async function residentPages(pid: number): Promise<number> {
  const [, resident = "0"] = (await text(`/proc/${pid}/statm`)).split(" ");
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(threads.map((thread) => text(`/proc/${pid}/task/${thread}/children`)));
  const family = children.flatMap((list) => list.split(" ").filter((child) => child !== ""));
  const pages = await Promise.all(family.map((child) => residentPages(Number(child))));
  return pages.reduce((sum, one) => sum + one, Number(resident));
}

/** Empty for a process that has ended meanwhile. */
function text(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
