import { join } from "node:path";

import { step } from "../toolchain/progress.ts";
import { BUDGETS, type Participant, type Proxy } from "./contender.ts";
import { BenchGateway } from "./gateway.ts";
import { machine } from "./machine.ts";
import { checkOutcome } from "./outcome.ts";
import { rawApi } from "./raw-api.ts";
import { type Contender, type Operation, type Results, TITLES } from "./results.ts";
import { terraformParticipant } from "./terraform/participant.ts";
import type { ProviderName } from "./terraform/programs.ts";
import { thisPackage } from "./this-package.ts";
import { versions } from "./versions.ts";

/** How many characters of a failure are kept. */
const SHOWN = 200;

/** What is to be measured. */
export interface Plan {
  /** Numbers of keys. */
  sizes: number[];
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
    emptyGateway: 0,
    keyDeletes: [],
  };
  const gateway = await BenchGateway.make();
  try {
    results.versions = await versions();
    for (const keys of [0, ...sizes]) {
      await step(`Bringing up a gateway for ${keys} keys`, () => gateway.up({ keys: 0, budget: BUDGETS.before }));
      if (keys === 0) results.start = await gateway.secondsToFirstResource();
      else await compete(gateway, { contenders, operations }, keys, results);
      const { keyDeletes, ...destroyed } = await step(TITLES.destroyGateway, () => gateway.destroy());
      if (keys === 0) {
        results.emptyGateway = destroyed.seconds;
      } else if (contenders.includes("this package")) {
        results.figures.push({ contender: "this package", keys, operation: "destroyGateway", ...destroyed });
        results.keyDeletes.push({ keys, calls: keyDeletes });
      }
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
  for (const participant of await participants(contenders, proxy, gateway, results)) {
    const { name: contender, stateBytes } = participant;
    const bytesBefore = (await stateBytes?.()) ?? 0;
    for (const operation of operations) {
      const work = participant.operations[operation];
      if (!work) continue;
      try {
        const time = await step(`${contender}, ${keys} keys: ${TITLES[operation]}`, () => work(keys));
        await checkOutcome(proxy, participant, operation, keys);
        results.figures.push({ contender, keys, operation, ...time });
      } catch (error) {
        results.figures.push({ contender, keys, operation, failure: failure(error) });
      }
      if (operation === "create" && stateBytes) {
        results.state.push({ contender, keys, bytes: Math.round(((await stateBytes()) - bytesBefore) / keys) });
      }
    }
  }
}

/** All that can take part; this package is the last, because its keys stay until the whole gateway goes. */
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

/** A tool's own words, on one line. */
function failure(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [reason] = text.split("\n").filter((line) => /error: |fatal: |forbidden/i.test(line));
  return (reason ?? text).replace(/\s+/g, " ").trim().slice(0, SHOWN);
}
