import { join } from "node:path";

import { step } from "../toolchain/progress.ts";
import { BUDGETS, type Contender } from "./contender.ts";
import { failure } from "./failure.ts";
import { BenchGateway } from "./bench-stack.ts";
import { fixedCost } from "./fixed-cost.ts";
import { machine } from "./machine.ts";
import { measure } from "./measure.ts";
import type { Proxy } from "./proxy.ts";
import { rawApi, warmUp } from "./raw-api.ts";
import { type ContenderName, type Operation, type Results, secondsOf } from "./results.ts";
import { terraformContender } from "./terraform/contender.ts";
import type { ProviderName } from "./terraform/programs.ts";
import { thisPackage } from "./this-package.ts";
import { versions } from "./versions.ts";

/** What is to be measured. */
export interface Plan {
  /** Numbers of keys. */
  sizes: readonly number[];
  contenders: readonly ContenderName[];
  operations: readonly Operation[];
}

/**
 * Brings up one gateway per number of keys, and lets every contender manage that many keys on its proxy, one after the
 * other.
 */
export async function benchmark({ sizes, contenders, operations }: Plan): Promise<Results> {
  const results: Results = {
    date: new Date().toISOString(),
    machine: machine(),
    versions: {},
    skipped: {},
    figures: [],
    state: [],
    fixed: contenders.includes("this package") ? await fixedCost() : [],
  };
  const gateway = await BenchGateway.make();
  try {
    results.versions = await versions();
    for (const keys of sizes) {
      await step(`Bringing up a gateway for ${keys} keys`, () => gateway.up({ keys: 0, budget: BUDGETS.before }));
      await compete(gateway, { contenders, operations }, keys, results);
      const isGone = secondsOf(results, "this package", "destroyGateway", keys) !== undefined;
      if (!isGone) await step("Destroying the gateway", () => gateway.destroy());
    }
  } finally {
    await gateway.remove();
  }
  return results;
}

/** All contenders in turn, each with this many keys. */
async function compete(
  gateway: BenchGateway,
  { contenders, operations }: Omit<Plan, "sizes">,
  keys: number,
  results: Results,
): Promise<void> {
  const proxy = await gateway.proxy();
  await step("Warming up the proxy", () => warmUp(proxy));
  for (const contender of await contendersOf(contenders, proxy, gateway, results)) {
    const { name, state } = contender;
    const bytes = async () => Buffer.byteLength((await state?.()) ?? "");
    const bytesBefore = await bytes();
    for (const operation of operations.filter((one) => contender.operations[one])) {
      results.figures.push(await measure(proxy, contender, operation, keys));
      if (operation === "create" && state) {
        results.state.push({ contender: name, keys, bytes: Math.round(((await bytes()) - bytesBefore) / keys) });
      }
    }
  }
}

/** All that can take part; this package is the last, because the gateway goes with its keys. */
async function contendersOf(
  contenders: readonly ContenderName[],
  proxy: Proxy,
  gateway: BenchGateway,
  results: Results,
): Promise<Contender[]> {
  const terraform = (["BerriAI", "ncecere"] as const).filter((name) => contenders.includes(name));
  const found: Contender[] = contenders.includes("raw API") ? [rawApi(proxy)] : [];
  for (const name of terraform) {
    const contender = await terraformOrReason(name, proxy, gateway.folder);
    if (typeof contender === "string") results.skipped[name] = contender;
    else found.push(contender);
  }
  return contenders.includes("this package") ? [...found, thisPackage(gateway)] : found;
}

async function terraformOrReason(name: ProviderName, proxy: Proxy, folder: string): Promise<Contender | string> {
  try {
    return await terraformContender(name, proxy, join(folder, `terraform-${name}`));
  } catch (error) {
    return failure(error);
  }
}
