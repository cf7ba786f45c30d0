import type { Deployment, Holder } from "./deployment.ts";
import { keyOf } from "./keys.ts";
import { row, type Row, Untried } from "./result-row.ts";
import { amount, keySpend } from "./spend.ts";

/**
 * What each project that has pools spends with them. A pool pays for its tasks by a key and a budget of its own, also for those of
 * a project, so neither key shows by itself what the project costs.
 */
export function projectSpendRows(deployment: Deployment): Promise<Row>[] {
  return deployment.projects.flatMap((project) => {
    const pools = deployment.pools.filter((pool) => pool.project === project.name);
    return pools.length === 0
      ? []
      : [row(`project ${project.name} spends with its pools`, () => together(deployment, project, pools))];
  });
}

async function together(deployment: Deployment, project: Holder, pools: Holder[]): Promise<string> {
  const holders = [["its own key", project], ...pools.map((pool) => [`its pool ${pool.name}`, pool] as const)] as const;
  const unknown = holders.find(([, { alias }]) => deployment.keys[alias] === "");
  if (unknown) throw new Untried(`The value of the adopted key ${unknown[1].alias} is not known.`);
  const shares = await Promise.all(
    holders.map(async ([whose, { alias }]) => ({ whose, ...(await keySpend(deployment, keyOf(deployment, alias))) })),
  );
  const texts = shares.map(({ whose, spend, max_budget: budget, budget_duration: duration }) => {
    const of = budget === null ? "" : ` of $${amount(budget)}`;
    return `$${amount(spend)}${of}${duration === null ? "" : ` in ${duration}`} by ${whose}`;
  });
  const sum = shares.reduce((total, { spend }) => total + spend, 0);
  return `${texts.join(", ")}: $${amount(sum)} together`;
}
