/** A call of Pulumi's engine to a provider, as `PULUMI_DEBUG_GRPC` logs it: when it starts, and when it ends. */
interface LoggedCall {
  method?: string;
  progress?: string;
  request?: { urn?: string };
}

/**
 * The types of all resources that the engine told a provider to delete, by its log: one for each call.
 *
 * @throws {Error} if the log has no such call, because then it isn't written as it was.
 */
export function deletedTypes(log: string): string[] {
  const calls = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LoggedCall);
  const types = calls
    .filter(({ method, progress }) => method?.endsWith("ResourceProvider/Delete") && progress === "request_started")
    .map(({ request }) => request?.urn?.split("::")[2]?.split("$").at(-1) ?? "");
  if (types.length === 0) throw new Error("error: the engine's log tells of no call to delete anything");
  return types;
}
