import type { ServiceProcess } from "./service-process.ts";

/**
 * Starts a service with new settings in place of the one that runs, which goes on if they don't work.
 *
 * @param former The service with its former settings.
 * @param next The service with the new ones.
 * @param trial Fails if `next` could not start; it runs while the former one still serves.
 * @throws {Error} that says why `next` did not start, and what runs now.
 */
export async function replaceRunning(
  former: ServiceProcess,
  next: ServiceProcess,
  trial: ServiceProcess | undefined,
): Promise<void> {
  if (await next.isRunning()) return next.start();
  if (trial && (await next.isAlive())) {
    await trial.runToEnd().catch((error: unknown) => {
      throw new Error(`${text(error)}\nThe one that runs was not touched: it goes on with its former settings.`);
    });
  }
  const served = await former.isRunning();
  try {
    await next.start();
  } catch (error) {
    if (!served) throw error;
    const outcome = await former.start().then(
      () => "It runs with its former settings again.",
      (again: unknown) => `With its former settings it does not start either: ${text(again)}`,
    );
    throw new Error(`${text(error)}\n${outcome}`, { cause: error });
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
