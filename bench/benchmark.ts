import { join } from "node:path";

import { step } from "../toolchain/progress.ts";
import { BUDGETS, type Participant } from "./contender.ts";
import { failure } from "./failure.ts";
import { fixedCost } from "./fixed-cost.ts";
import { BenchGateway } from "./gateway.ts";
import { machine } from "./machine.ts";
import { measure } from "./measure.ts";
import type { Proxy } from "./proxy.ts";
import { rawApi, warmUp } from "./raw-api.ts";
import { type Contender, type Operation, type Results, secondsOf } from "./results.ts";
import { terraformParticipant } from "./terraform/participant.ts";
import type { ProviderName } from "./terraform/programs.ts";
import { thisPackage } from "./this-package.ts";
import { versions } from "./versions.ts";

/** What is to be measured. */
export interface Plan {
  /** Numbers of keys. */
  sizes: readonly number[];
  contenders: readonly Contender[];
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
    start: 0,
    fixed: contenders.includes("this package") ? await fixedCost() : [],
  };
  const gateway = await BenchGateway.make();
  try {
    results.versions = await versions();
    for (const keys of sizes) {
      await step(`Bringing up a gateway for ${keys} keys`, () => gateway.up({ keys: 0, budget: BUDGETS.before }));
      results.start ||= await gateway.secondsToFirstResource();
      await compete(gateway, { contenders, operations }, keys, results);
      const isGone = secondsOf(results, "this package", "destroyGateway", keys) !== undefined;
      if (!isGone) await step("Destroying the gateway", () => gateway.destroy());
    }
  } finally {
    await gateway.remove();
  }
  return results;
}

/** All contenders in turn, each with so many keys. */
async function compete(
  gateway: BenchGateway,
  { contenders, operations }: Omit<Plan, "sizes">,
  keys: number,
  results: Results,
): Promise<void> {
  const proxy = await gateway.proxy();
  await step("Warming up the proxy", () => warmUp(proxy));
  for (const participant of await participants(contenders, proxy, gateway, results)) {
    const { name: contender, state } = participant;
    const bytes = async () => Buffer.byteLength((await state?.()) ?? "");
    const bytesBefore = await bytes();
    for (const operation of operations.filter((one) => participant.operations[one])) {
      results.figures.push(await measure(proxy, participant, operation, keys));
      if (operation === "create" && state) {
        results.state.push({ contender, keys, bytes: Math.round(((await bytes()) - bytesBefore) / keys) });
      }
    }
  }
}

/** All that can take part; this package is the last, because the gateway goes with its keys. */
async function participants(
  contenders: readonly Contender[],
  proxy: Proxy,
  gateway: BenchGateway,
  results: Results,
): Promise<Participant[]> {
  const terraform = (["BerriAI", "ncecere"] as const).filter((name) => contenders.includes(name));
  const found: Participant[] = contenders.includes("raw API") ? [rawApi(proxy)] : [];
  for (const name of terraform) {
    const participant = await terraformOrReason(name, proxy, gateway.folder);
    if (typeof participant === "string") results.skipped[name] = participant;
    else found.push(participant);
  }
  return contenders.includes("this package") ? [...found, thisPackage(gateway)] : found;
}

async function terraformOrReason(name: ProviderName, proxy: Proxy, folder: string): Promise<Participant | string> {
  try {
    return await terraformParticipant(name, proxy, join(folder, `terraform-${name}`));
  } catch (error) {
    return failure(error);
  }
}
