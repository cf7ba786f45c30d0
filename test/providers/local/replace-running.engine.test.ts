import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import getPort from "get-port";
import { afterEach, expect, it } from "vitest";

import { replaceRunning } from "../../../providers/local/replace-running.ts";
import { ServiceProcess } from "../../../providers/local/service-process.ts";

const folder = join(mkdtempSync(join(tmpdir(), "replaced ")), "web");
const port = await getPort({ host: "127.0.0.1" });

/** Answers with its process id, or ends at once. */
const WEB = `
  if (process.env.GREETING === "broken") throw new Error("no such model");
  require("node:http").createServer((q, s) => s.end(process.env.GREETING + process.pid)).listen(${port}, "127.0.0.1");
`;

const service = (GREETING: string, command = [process.execPath, "-e", WEB], within = folder) =>
  new ServiceProcess({
    ...{ folder: within, command, port, readiness: "/", startSeconds: 20, stopSeconds: 2 },
    ...{ environment: { GREETING }, secrets: {}, files: {}, secretFiles: {} },
  });
const trial = (program: string) => service("trial", ["sh", "-c", program], join(folder, "trial"));
const answer = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();

afterEach(() => service("any").destroy());

it("a local service's update stops nothing for a service that could not start", async () => {
  const former = service("former");
  await former.start();
  const before = await answer();
  await expect(replaceRunning(former, service("next"), trial("echo bad file; exit 1"))).rejects.toThrow(
    /bad file\nThe one that runs was not touched: it goes on with its former settings\.$/,
  );
  expect(await answer()).toBe(before);
  await replaceRunning(former, service("next"), trial("exit 0"));
  expect(await answer()).toMatch(/^next/);
});

it("a local service's update stops nothing either for a service that runs with settings that nobody remembers", async () => {
  await service("of an earlier release").start();
  await expect(replaceRunning(service("former"), service("next"), trial("exit 1"))).rejects.toThrow("was not touched");
  expect(await answer()).toMatch(/^of an earlier release/);
});

it("a local service's update goes back to the former settings when the new ones fail all the same", async () => {
  const former = service("former");
  await former.start();
  await expect(replaceRunning(former, service("broken"), undefined)).rejects.toThrow(
    /no such model.*\nIt runs with its former settings again\.$/s,
  );
  expect(await answer()).toMatch(/^former/);
  expect(await former.isRunning()).toBe(true);
});

it("a local service's update tries nothing before it brings back what is down, and says when neither works", async () => {
  await replaceRunning(service("former"), service("next"), trial("exit 1"));
  expect(await answer()).toMatch(/^next/);
  await expect(replaceRunning(service("next"), service("broken"), undefined)).rejects.toThrow("former settings again");
  await service("any").stop();
  await expect(replaceRunning(service("next"), service("broken"), undefined)).rejects.toThrow(
    /no such model(?!.*former)/s,
  );
});
