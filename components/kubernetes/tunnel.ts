import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

import type { ClusterAccess } from "../../providers/access/access.ts";
import { Tunnel } from "../../providers/access/tunnel.ts";
import { isOurs } from "../../providers/local/loopback-port.ts";

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
 * program (`--run-program`). A preview shares the port with a run of the same account; other runs end if something else has it.
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
  const opened = pulumi.runtime.isDryRun() ? shared(isOpen, { port, setting }) : owned(isOpen, { port, setting });
  return pulumi.output(opened.then(() => port, endRun));
}

/** Ends the program with only the error: from an output it would come wrapped in all that depends on it. */
function endRun(error: unknown): Promise<never> {
  setImmediate(() => {
    throw error;
  });
  return new Promise(() => undefined);
}

/**
 * Another run of this account leads to the same place, until it ends.
 *
 * @throws {pulumi.RunError} if another account has the port, which would be told PostgreSQL's password.
 */
async function shared(isOpen: () => Promise<boolean>, args: Omit<TunnelArgs, "access">): Promise<void> {
  const opens = async () => {
    if (await isOpen()) return true;
    if (await isOurs(args.port)) return false;
    // The other run may have ended just now.
    if (await isOpen()) return true;
    throw taken(args);
  };
  const takesOver = async () => {
    do await sleep(PAUSE, undefined, { ref: false });
    while (!(await opens()));
  };
  if (!(await opens())) takesOver().catch(endRun);
}

/** @throws {pulumi.RunError} if something else has the port. */
async function owned(isOpen: () => Promise<boolean>, args: Omit<TunnelArgs, "access">): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await isOpen())) {
    if (Date.now() >= end) throw taken(args);
    await sleep(PAUSE);
  }
}

function taken({ port, setting }: Omit<TunnelArgs, "access">): pulumi.RunError {
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
