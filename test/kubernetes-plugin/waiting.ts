import { setTimeout as sleep } from "node:timers/promises";

import type { ApiServer, Manifest } from "../cluster/api-server.ts";
import { progressOf } from "./readiness.ts";
import { annotatedProgress } from "./wait-for.ts";

/** How long an object may take when nobody said otherwise, in seconds: the official plugin's 10 minutes. */
const DEFAULT_TIMEOUT = 600;

/** How often an object is looked at, in milliseconds. */
const INTERVAL = 150;

/** How long a wait may last. */
export interface Patience {
  /** Seconds; 0 for the annotation `pulumi.com/timeoutSeconds`, or 10 minutes. */
  timeout: number;
  /** Ends every wait. */
  signal: AbortSignal;
}

/** An object that exists, but did not become what it should. */
export class NotReadyError extends Error {
  readonly live: Manifest;

  constructor(what: string, live: Manifest, reasons: string[]) {
    super(`${live.kind} ${live.metadata.name} ${what}: ${reasons.join("; ")}`);
    this.live = live;
  }
}

/**
 * The object once it is ready.
 *
 * @throws NotReadyError when it failed, or is not ready in time.
 */
export async function untilReady(cluster: ApiServer, object: Manifest, patience: Patience): Promise<Manifest> {
  if (object.metadata.annotations?.["pulumi.com/skipAwait"] === "true") return object;
  const end = deadline(object, patience);
  for (;;) {
    const live = await cluster.get(object);
    if (!live) throw new Error(`${object.kind} ${object.metadata.name} was deleted while it was waited for`);
    const { state, reasons } = annotatedProgress(live) ?? (await progressOf(cluster, live));
    if (state === "ready") return live;
    if (state === "failed") throw new NotReadyError("failed", live, reasons);
    if (patience.signal.aborted) throw new NotReadyError("was not waited for to the end", live, reasons);
    if (Date.now() > end) throw new NotReadyError("is not ready in time", live, reasons);
    await sleep(INTERVAL);
  }
}

/**
 * Waits until the object is gone.
 *
 * @throws NotReadyError when it is not gone in time.
 */
export async function untilGone(cluster: ApiServer, object: Manifest, patience: Patience): Promise<void> {
  if (object.metadata.annotations?.["pulumi.com/skipAwait"] === "true") return;
  const end = deadline(object, patience);
  for (;;) {
    const live = await cluster.get(object);
    // Another object may have its name by now.
    if (!live || live.metadata["uid"] !== object.metadata["uid"]) return;
    const finalizers = (live.metadata["finalizers"] ?? []) as string[];
    const reason = finalizers.length > 0 ? `its finalizers are ${finalizers.join(", ")}` : "it is still there";
    if (patience.signal.aborted) throw new NotReadyError("was not waited for to the end", live, [reason]);
    if (Date.now() > end) throw new NotReadyError("is not gone in time", live, [reason]);
    await sleep(INTERVAL);
  }
}

function deadline({ metadata }: Manifest, { timeout }: Patience): number {
  const annotated = Number(metadata.annotations?.["pulumi.com/timeoutSeconds"] ?? DEFAULT_TIMEOUT);
  return Date.now() + 1000 * (timeout > 0 ? timeout : annotated);
}
