/** The settings that say where a stack's Redis is: a server of the user's in a cluster, or the one that platform gcp makes. */
interface WithRedis<Kubernetes, Gcp> {
  platform: string | undefined;
  kubernetes: { redis?: Kubernetes } | undefined;
  gcp: { redis?: Gcp } | undefined;
}

/** The Redis of a stack in a cluster; undefined for one that has none. */
export function redisOf<Kubernetes, Gcp>({
  platform,
  kubernetes,
  gcp,
}: WithRedis<Kubernetes, Gcp>): Kubernetes | Gcp | undefined {
  return platform === "gcp" ? gcp?.redis : kubernetes?.redis;
}
