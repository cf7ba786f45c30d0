import { createInterface } from "node:readline";

import { execa } from "execa";

import type { Timing } from "./results.ts";

/** Seconds from starting Pulumi to the first resource that the program in a folder asks for. */
export async function timeToFirstResource(folder: string, stack: string, env: Record<string, string>): Promise<Timing> {
  const started = performance.now();
  const running = execa("pulumi", ["preview", "--stack", stack, "--json"], {
    cwd: folder,
    env: { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdin: "ignore",
    buffer: false,
  });
  let seconds: number | undefined;
  for await (const line of createInterface({ input: running.stdout })) {
    // The stack itself is announced before the program has begun.
    const isFirst = line.includes('"resourcePreEvent"') && !line.includes('"type":"pulumi:pulumi:Stack"');
    if (isFirst) seconds ??= (performance.now() - started) / 1000;
  }
  await running;
  if (seconds === undefined) throw new Error("The preview named no resource.");
  return { seconds };
}
