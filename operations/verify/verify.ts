import pLimit from "p-limit";

import type { ClusterAccess } from "../../providers/access/access.ts";
import { attackRows } from "./attacks.ts";
import { clientRangesRow } from "./client-ranges.ts";
import type { Deployment, PoolHolder, ProjectHolder } from "./deployment.ts";
import { adminRows, poolRows } from "./fleet.ts";
import { gatewayRows } from "./gateway.ts";
import { keyRows } from "./keys.ts";
import { projectSpendRows } from "./project-spend.ts";
import { SagewaiProjectChecks } from "./projects.ts";
import { providerChecks } from "./providers.ts";
import type { Patience, Row } from "./result-row.ts";
import { teamRows } from "./teams.ts";

/** Keys that are tried at the same time. */
const AT_ONCE = 8;

/** LiteLLM records spend after 10 to 15 s; a task on a busy machine takes as long. */
const PATIENCE: Patience = { seconds: 90, every: 3 };

/**
 * Tries everything that a deployment promises, each holder's key and each deployment of a model with a real request and
 * each pool with a real task, which cost what they cost. Takes about 20 s; whatever fails hides nothing else.
 *
 * @returns One row per fact, in the order of the settings. None shows a key.
 */
export async function verify(deployment: Deployment, patience: Patience = PATIENCE): Promise<Row[]> {
  const limit = pLimit(AT_ONCE);
  const providers = providerChecks(deployment);
  const sagewai = new SagewaiProjectChecks(deployment);
  const project = (holder: ProjectHolder) =>
    limit(() => Promise.all([...keyRows(deployment, providers, holder, patience).rows, ...sagewai.rows(holder)]));
  const pool = (holder: PoolHolder) =>
    limit(() => {
      const { rows, reached } = keyRows(deployment, providers, holder, patience);
      return Promise.all([...rows, ...poolRows(deployment, holder, reached, patience)]);
    });
  const groups = await Promise.all([
    Promise.all(gatewayRows(deployment, patience)),
    Promise.all(providers.rows),
    Promise.all(
      Object.entries<ClusterAccess>({ ...deployment.loadBalanced }).map(([who, access]) =>
        clientRangesRow(who, access, patience),
      ),
    ),
    Promise.all([...adminRows(deployment), sagewai.unscopedRow()]),
    Promise.all(attackRows(deployment)),
    Promise.all(teamRows(deployment)),
    ...deployment.projects.map(project),
    ...deployment.pools.map(pool),
  ]);
  // Last, so that what this cost is in it, as far as LiteLLM has recorded that.
  return [...groups.flat(), ...(await Promise.all(projectSpendRows(deployment)))];
}
