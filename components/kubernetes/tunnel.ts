import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

import type { ClusterAccess } from "../../providers/access.ts";
import { Tunnel } from "../../providers/access/tunnel.ts";

/** How long a run waits for its port, which a preview that is about to end may have, in milliseconds. */
const PATIENCE = 10_000;

/** Time between two tries to get the port, in milliseconds. */
const PAUSE = 250;

export interface TunnelArgs {
  /** Where the port leads to. Connections wait until this is known. */
  access: pulumi.Input<ClusterAccess>;
  /** The port on 127.0.0.1, the same in every run: it is in the state, as part of a provider's settings. */
  port: number;
  /** The setting that says which port, for messages: `gcp.postgres.localPort`. */
  setting: string;
}

/**
 * Opens a port of this machine that leads to a Service of a cluster, for plugins that dial a host and port. It is there
 * for as long as the program lives, which is until the engine is done: for `refresh` and `destroy` only if they run the
 * program (`--run-program`). A preview shares the port with whoever has it; other runs end if something else does.
 *
 * @returns the port, once it is open.
 */
export function tunnel({ access, port, setting }: TunnelArgs): pulumi.Output<number> {
  const tunnel = new Tunnel({
    access: new Promise((resolve) => void pulumi.output(access).apply(resolve)),
    report: ({ message }) => {
      void pulumi.log.warn(`A connection to PostgreSQL failed. ${message}`);
    },
  });
  const isOpen = async () => (await tunnel.listen(port)) !== undefined;
  const opened = pulumi.runtime.isDryRun() ? shared(isOpen) : owned(isOpen, { port, setting });
  return pulumi.output(opened.then(() => port, endRun));
}

/** Ends the program with the error alone: from an output it would come wrapped in all that depends on it. */
function endRun(error: unknown): Promise<never> {
  setImmediate(() => {
    throw error;
  });
  return new Promise(() => undefined);
}

/** Another preview leads to the same place, until it ends. */
async function shared(isOpen: () => Promise<boolean>): Promise<void> {
  const takesOver = async () => {
    do await sleep(PAUSE, undefined, { ref: false });
    while (!(await isOpen()));
  };
  if (!(await isOpen())) void takesOver();
}

/** @throws {pulumi.RunError} if something else has the port. */
async function owned(isOpen: () => Promise<boolean>, { port, setting }: Omit<TunnelArgs, "access">): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await isOpen())) {
    if (Date.now() >= end) throw taken(port, setting);
    await sleep(PAUSE);
  }
}

function taken(port: number, setting: string): pulumi.RunError {
  const error = new pulumi.RunError(
    `Port ${port} of this machine, through which Pulumi reaches PostgreSQL, is taken. End what listens there ` +
      `(\`lsof -i :${port}\` names it), or set llm-gateway:${setting} to a port that is free on every machine that this ` +
      "stack is brought up from.",
  );
  // Pulumi would show where it was thrown, which helps nobody.
  delete error.stack;
  return error;
}

/** The port of a stack that names none: always the same for a stack's name, and below those that systems give out. */
export function localPort(stack: string): number {
  return 20_000 + (createHash("sha256").update(stack).digest().readUInt32BE() % 10_000);
}
