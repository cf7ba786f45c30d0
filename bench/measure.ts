import { step } from "../toolchain/progress.ts";
import { keyAliases, type Contender } from "./contender.ts";
import { failure } from "./failure.ts";
import { checkOutcome, requireKeys } from "./assert-outcome.ts";
import { type ListedKey, listKeys, type Proxy, setBudget } from "./proxy.ts";
import { type Figure, type Operation, TITLES } from "./results.ts";

/** A budget that nobody asks for, in US dollars: its digits are nowhere in a state by chance. */
export const DRIFT = 61.283_954_7;

/**
 * Times one operation of a contender with this many keys, and looks whether LiteLLM has all that it should have before
 * and after it. Only the operation itself is timed.
 */
export async function measure(proxy: Proxy, contender: Contender, operation: Operation, keys: number): Promise<Figure> {
  const { name, operations } = contender;
  const work = operations[operation];
  const figure = { contender: name, keys, operation };
  if (!work) return { ...figure, failure: "error: it has no such operation" };
  const run = () => step(`${name}, ${keys} keys: ${TITLES[operation]}`, () => work(keys));
  try {
    const aliases = keyAliases(contender, keys);
    const before = await prepare(proxy, contender, operation, aliases);
    const timing = operation === "refresh" ? await withDrift(proxy, contender, before, run) : await run();
    // After the whole gateway, no proxy is left to be asked.
    if (operation !== "destroyGateway") {
      checkOutcome(operation, aliases, { before, after: await listKeys(proxy, aliases) });
    }
    return { ...figure, ...timing };
  } catch (error) {
    return { ...figure, failure: failure(error) };
  }
}

/** Makes the keys again that an operation needs, and an earlier one destroyed. @returns What LiteLLM has of them. */
async function prepare(
  proxy: Proxy,
  { name, operations }: Contender,
  operation: Operation,
  aliases: readonly string[],
): Promise<ListedKey[]> {
  let found = await listKeys(proxy, aliases);
  if (operation !== "create" && found.length === 0) {
    await step(`${name}, ${aliases.length} keys again`, async () => operations.create?.(aliases.length));
    found = await listKeys(proxy, aliases);
  }
  requireKeys(operation === "create" ? [] : aliases, found, `before ${operation}`);
  return found;
}

/** Changes one key behind the contender's back while it reads all, and looks whether its state tells. */
async function withDrift<T>(
  proxy: Proxy,
  { state }: Contender,
  keys: readonly ListedKey[],
  refresh: () => Promise<T>,
): Promise<T> {
  const [changed] = keys;
  if (!changed || !state) return refresh();
  await setBudget(proxy, changed.token, DRIFT);
  try {
    const result = await refresh();
    if (!(await state()).includes(String(DRIFT))) {
      throw new Error("error: LiteLLM has another budget of one key by now, which its state does not tell afterwards");
    }
    return result;
  } finally {
    await setBudget(proxy, changed.token, changed.budget);
  }
}
