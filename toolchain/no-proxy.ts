/** Where what this project starts on this machine listens, in the forms of the programs that read NO_PROXY. */
const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

const PROXY = /^(https?|all|grpc)_proxy$/i;

/**
 * Variables by which programs talk to this machine itself past a proxy that the user has set, and to everybody else as
 * before: without them Pulumi's engine and its program look for each other at the proxy. Both spellings, since each
 * program reads another one, with what is in either.
 *
 * @returns Nothing where there is no proxy.
 */
export function pastProxies(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  if (!Object.entries(env).some(([name, value]) => PROXY.test(name) && value)) return {};
  const named = [env["NO_PROXY"], env["no_proxy"]].flatMap((list) => list?.split(",") ?? []).map((one) => one.trim());
  // Some programs take an asterisk for everybody only if it stands alone.
  const hosts = named.includes("*") ? ["*"] : [...named.filter((one) => one !== ""), ...LOOPBACK];
  const value = [...new Set(hosts)].join(",");
  return {
    ...{ NO_PROXY: value, no_proxy: value },
    // What reads this one looks at no other.
    ...((env["no_grpc_proxy"] ?? "") !== "" && { no_grpc_proxy: value }),
  };
}
