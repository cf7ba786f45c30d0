import * as z from "zod";

import { daysLeft, EXPIRY_WARNING_DAYS } from "../../config/litellm/duration.ts";
import type { Deployment, Holder } from "./deployment.ts";
import { litellmError, question, read, seeLog, send, unexpected, type Answer } from "./http.ts";
import { fromProvider, type ProviderCheck } from "./providers.ts";
import { eventually, row, Untried, type Patience, type Row } from "./result-row.ts";
import { softBudget } from "./soft-budget.ts";
import { charges, cost, usedUp } from "./spend.ts";

const completion = z.object({
  id: z.string(),
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
});

/** What it means when the proxy itself refuses a key. */
const REFUSALS: Record<number, string> = {
  401: "The proxy does not know the key, or it is blocked or expired: run `pulumi up`.",
  403: "The proxy does not let the key use this model: run `pulumi up`.",
  429: "It is at a limit of requests or tokens: try again, or raise it in the settings.",
};

/** What is known of a holder's key once all was tried. */
export interface KeyCheck {
  rows: Promise<Row>[];
  /** ID of the request that was made with the key. */
  reached: Promise<string>;
}

/** A virtual key: that it opens what it should and nothing else, and that what it costs is recorded. */
export function keyRows(
  deployment: Deployment,
  providers: ProviderCheck,
  holder: Holder,
  patience: Patience,
): KeyCheck {
  const { alias } = holder;
  const [model = ""] = holder.models;
  const reached = reach(deployment, providers, holder, model);
  return {
    reached,
    rows: [
      ...(holder.expires === undefined ? [] : [row(`key ${alias} is valid`, async () => validity(holder.expires))]),
      row(`key ${alias} reaches a model`, async () => {
        await reached;
        return model;
      }),
      row(`key ${alias} is refused other models`, () => refused(deployment, holder)),
      row(`key ${alias} is charged`, async () => charged(deployment, alias, reached, patience)),
      row(`key ${alias} has a soft budget`, async () =>
        softBudget(deployment.gateway, keyOf(deployment, alias), holder),
      ),
    ],
  };
}

/** How long a key is valid still; says what to do in time. */
export function validity(expires = "", now = new Date()): string {
  const days = daysLeft(expires, now);
  if (days <= 0) throw new Error(`It expired at ${expires}: raise its \`generation\`, and run \`pulumi up\`.`);
  const hint = days <= EXPIRY_WARNING_DAYS ? ": raise its `generation` in time" : "";
  return `for ${days} days more, until ${expires}${hint}`;
}

async function reach(deployment: Deployment, providers: ProviderCheck, holder: Holder, model: string): Promise<string> {
  const answer = await chat(deployment, holder.alias, model);
  if (answer.status === 200) return read(completion, answer).id;
  if (litellmError(answer)?.type === "budget_exceeded") throw new Untried(await usedUp(deployment, holder, answer));
  if (fromProvider(answer) !== undefined) {
    const told = (await providers.failing).get(model);
    if (told !== undefined) {
      throw new Untried(`The proxy lets the key through, but ${model} doesn't answer: see "${told}".`);
    }
    throw new Error(`${unexpected(answer)}. The provider of ${model} says so. ${seeLog(deployment.gateway)}`);
  }
  throw new Error(`${unexpected(answer)}. ${REFUSALS[answer.status] ?? seeLog(deployment.gateway)}`);
}

async function refused(deployment: Deployment, { alias, models }: Holder): Promise<string> {
  const other = deployment.models.find(({ name }) => !models.includes(name));
  if (!other) return "it may use every model that there is";
  const answer = await chat(deployment, alias, other.name);
  if (answer.status === 200) {
    throw new Error(`It may use ${other.name}, which the settings don't allow: run \`pulumi up\`.`);
  }
  if (answer.status !== 403) throw new Error(`Expected 403 for ${other.name}, but ${unexpected(answer)}.`);
  return `403 for ${other.name}`;
}

async function charged(
  deployment: Deployment,
  alias: string,
  reached: Promise<string>,
  patience: Patience,
): Promise<string> {
  const requestId = await reached.catch((error: unknown) => {
    const nothing = "No request of this key was answered, so there is nothing to charge.";
    throw error instanceof Untried ? new Untried(nothing) : new Error(nothing);
  });
  const charge = await eventually(patience, async () =>
    (await charges(deployment, keyOf(deployment, alias))).find(({ request_id }) => request_id === requestId),
  );
  if (!charge) {
    throw new Error(
      `The request ${requestId} is not in the spend log after ${patience.seconds} s. ${seeLog(deployment.gateway)}`,
    );
  }
  return cost(charge);
}

async function chat(deployment: Deployment, alias: string, model: string): Promise<Answer> {
  return send(deployment.gateway, "/v1/chat/completions", { token: keyOf(deployment, alias), body: question(model) });
}

export function keyOf({ keys }: Deployment, alias: string): string {
  const key = keys[alias];
  if (key === undefined) throw new Error(`The stack has no key with the alias ${alias}: run \`pulumi up\`.`);
  if (key === "") {
    throw new Error(
      `The value of the adopted key ${alias} is not known, so it can't be tried: raise its \`generation\` for a new one.`,
    );
  }
  return key;
}
