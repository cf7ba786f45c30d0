import * as z from "zod";

import { daysLeft, EXPIRY_WARNING_DAYS } from "../../config/keys.ts";
import type { Deployment, KeyHolder } from "./deployment.ts";
import { read, send, unexpected, type Answer } from "./http.ts";
import { eventually, row, type Patience, type Row } from "./row.ts";
import { charges, cost } from "./spend.ts";

const completion = z.object({
  id: z.string(),
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
});

/** Refusals of a key that is known: what each means. */
const REFUSALS: Record<number, string> = {
  401: "The proxy does not know the key, or it is blocked or expired: run `pulumi up`.",
  403: "The proxy does not let the key use this model: run `pulumi up`.",
  422: "If its budget is used up, raise it in the settings.",
  429: "It is at its rate limit, or its budget is used up: try again, or raise them in the settings.",
};

/** What is known of a holder's key once all was tried. */
export interface KeyCheck {
  rows: Promise<Row>[];
  /** ID of the request that was made with the key, if it was answered. */
  requestId: Promise<string | undefined>;
}

/** A virtual key: that it opens what it should and nothing else, and that what it costs is recorded. */
export function keyRows(deployment: Deployment, holder: KeyHolder, patience: Patience): KeyCheck {
  const { alias } = holder;
  const [model = ""] = holder.models;
  const requestId = reach(deployment, alias, model);
  return {
    requestId: requestId.catch(() => undefined),
    rows: [
      ...(holder.expires === undefined ? [] : [row(`key ${alias} is valid`, async () => validity(holder.expires))]),
      row(`key ${alias} reaches a model`, async () => {
        await requestId;
        return model;
      }),
      row(`key ${alias} is refused other models`, () => refused(deployment, holder)),
      row(`key ${alias} is charged`, async () =>
        charged(deployment, alias, await requestId.catch(() => undefined), patience),
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

async function reach(deployment: Deployment, alias: string, model: string): Promise<string> {
  const answer = await chat(deployment, alias, model);
  if (answer.status !== 200) {
    throw new Error(
      `${unexpected(answer)}. ${REFUSALS[answer.status] ?? `See the log of the proxy; the provider of ${model} may be the cause.`}`,
    );
  }
  return read(completion, answer).id;
}

async function refused(deployment: Deployment, { alias, models }: KeyHolder): Promise<string> {
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
  requestId: string | undefined,
  patience: Patience,
): Promise<string> {
  if (requestId === undefined) throw new Error("No request of this key was answered, so there is nothing to charge.");
  const charge = await eventually(patience, async () =>
    (await charges(deployment, keyOf(deployment, alias))).find(({ request_id }) => request_id === requestId),
  );
  if (!charge) {
    throw new Error(
      `The request ${requestId} is not in the spend log after ${patience.seconds} s. See the log of the proxy.`,
    );
  }
  return cost(charge);
}

function chat(deployment: Deployment, alias: string, model: string): Promise<Answer> {
  return send(`${deployment.gateway.url}/v1/chat/completions`, {
    token: keyOf(deployment, alias),
    body: { model, messages: [{ role: "user", content: "Answer with one word: ready." }], max_tokens: 16 },
  });
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
