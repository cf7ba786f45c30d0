import * as z from "zod";

import type { Deployment } from "./deployment.ts";
import { read, seeLog, send, unexpected } from "./http.ts";
import { eventually, type Patience, row, type Row } from "./result-row.ts";

const readiness = z.object({ status: z.string(), db: z.string() });
const modelInfo = z.object({
  data: z.array(z.object({ model_name: z.string(), model_info: z.record(z.string(), z.unknown()) })),
});

/** The proxy itself: that it is up with its database, and offers the models of the settings at known prices. */
export function gatewayRows(deployment: Deployment, patience: Patience): Promise<Row>[] {
  return [
    row("gateway is healthy", () => healthy(deployment, patience)),
    row("gateway offers the models of the settings", () => offers(deployment)),
    row("gateway knows the price of every model", () => priced(deployment)),
  ];
}

/** LiteLLM answers 503 when its database took more than two seconds, which soon passes where everything is just busy. */
async function healthy({ gateway }: Deployment, { seconds, every }: Patience): Promise<string> {
  const ask = () => send(gateway, "/health/readiness");
  let answer = await ask();
  const again = async () => {
    const later = await ask();
    return later.status === 503 ? undefined : later;
  };
  if (answer.status === 503) {
    answer = (await eventually({ seconds: Math.min(seconds, 20), every: Math.min(every, 1) }, again)) ?? answer;
  }
  const { status, db } = read(readiness, answer);
  if (db !== "connected") {
    throw new Error(`The proxy runs, but its database is "${db}". ${seeLog(gateway)}`);
  }
  return `${gateway.url} is ${status}, its database ${db}`;
}

async function offers(deployment: Deployment): Promise<string> {
  const { models } = deployment;
  const offered = new Set((await offeredModels(deployment)).map((model) => model.model_name));
  const wanted = new Set(models.map((model) => model.name));
  const missing = [...wanted].filter((name) => !offered.has(name));
  const extra = [...offered].filter((name) => !wanted.has(name));
  if (missing.length > 0 || extra.length > 0) {
    const problems = [
      missing.length > 0 ? `lacks ${missing.join(", ")}` : "",
      extra.length > 0 ? `offers ${extra.join(", ")}, which the settings don't name` : "",
    ];
    throw new Error(`The proxy ${problems.filter(Boolean).join(" and ")}. Run \`pulumi up\`.`);
  }
  const mocked = models.filter((model) => model.mocked).length;
  return `${[...wanted].join(", ")}${mocked > 0 ? ` (${mocked} with mock answers)` : ""}`;
}

async function priced(deployment: Deployment): Promise<string> {
  const unpriced = (await offeredModels(deployment))
    .filter(
      ({ model_info: info }) =>
        !Object.entries(info).some(([name, value]) => name.includes("_cost_per_") && value !== null),
    )
    .map((model) => model.model_name);
  if (unpriced.length > 0) {
    const names = [...new Set(unpriced)].join(", ");
    throw new Error(
      `LiteLLM knows no price of ${names}, so no budget limits it. Set its \`price\` in the settings; 0 if it is free.`,
    );
  }
  return "so budgets limit what they cost";
}

async function offeredModels({ gateway, masterKey }: Deployment) {
  const answer = await send(gateway, "/model/info", { token: masterKey });
  if (answer.status === 401) {
    throw new Error(`${unexpected(answer)}. The proxy runs with another master key: run \`pulumi up\`.`);
  }
  return read(modelInfo, answer).data;
}
