import * as z from "zod";

import type { Deployment, TeamLimits } from "./deployment.ts";
import { read, send } from "./http.ts";
import { type Row, row } from "./result-row.ts";

const teamInfo = z.object({
  team_info: z.object({ spend: z.number().nullable(), max_budget: z.number().nullable(), blocked: z.boolean() }),
});

const keyList = z.object({ keys: z.array(z.object({ key_alias: z.string().nullable() })) });

/** What to do about a team that isn't as the settings say. */
const REPAIR = "run `pulumi refresh`, and then `pulumi up`";

/** Each team, one row: that LiteLLM has it with its budget, and its projects' keys in it. */
export function teamRows(deployment: Deployment): Promise<Row>[] {
  return (deployment.teams ?? []).map((team) =>
    row(`team ${team.name} holds its projects`, () => holds(deployment, team)),
  );
}

async function holds(deployment: Deployment, team: TeamLimits): Promise<string> {
  const { name, hardBudget, budgetDuration } = team;
  const ask = (path: string) => send(deployment.gateway, path, { token: deployment.masterKey });
  const query = `team_id=${encodeURIComponent(name)}`;
  const answer = await ask(`/team/info?${query}&key_limit=1`);
  if (answer.status === 404) throw new Error(`LiteLLM has no such team any more: ${REPAIR}.`);
  const { spend, max_budget: budget, blocked } = read(teamInfo, answer).team_info;
  if (blocked) throw new Error(`Somebody has blocked it in LiteLLM, so all its keys are refused: ${REPAIR}.`);
  if (budget !== (hardBudget ?? null)) {
    throw new Error(
      `Its budget in LiteLLM is ${dollars(budget)}, and should be ${dollars(hardBudget ?? null)}: ${REPAIR}.`,
    );
  }
  const { keys } = read(keyList, await ask(`/key/list?${query}&return_full_object=true&size=100`));
  const found = keys.map(({ key_alias: alias }) => alias ?? "a key without an alias");
  const own = deployment.projects.filter((project) => team.projects.includes(project.name)).map(({ alias }) => alias);
  const missing = own.filter((alias) => !found.includes(alias));
  // A list has a hundred keys at most.
  if (missing.length > 0 && keys.length < 100) {
    throw new Error(`Keys of its projects aren't in it in LiteLLM: ${missing.join(", ")}: ${REPAIR}.`);
  }
  const spent = `$${(spend ?? 0).toFixed(2)}`;
  const members = own.length === 0 ? "no project" : own.join(", ");
  return hardBudget === undefined
    ? `${members}; ${spent} spent`
    : `${members}; ${spent} of $${hardBudget} spent in ${budgetDuration}`;
}

function dollars(amount: number | null): string {
  return amount === null ? "none" : `$${amount}`;
}
