/** Connections kept free for the Sagewai admin (two pools of up to 15 and 10), Pulumi and an administrator. */
export const RESERVED_CONNECTIONS = 30;

/** What PostgreSQL accepts unless told otherwise. */
export const DEFAULT_MAX_CONNECTIONS = 100;

/** Share of its pods that a rollout replaces at once, rounded up: four pods or fewer one by one, more in four rounds at most. */
export const ROLLOUT_SHARE = 0.25;

/**
 * How many pods hold connections while some of them are replaced: they, the new ones of a round, and the former ones of the
 * round before it. A Deployment doesn't wait for pods that were told to stop, and those finish the requests in hand.
 */
export function podsInRollout(pods: number): number {
  const round = Math.ceil(pods * ROLLOUT_SHARE);
  return Math.min(pods + 2 * round, 2 * pods);
}
