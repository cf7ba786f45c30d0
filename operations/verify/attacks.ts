import { tokenOf } from "../../providers/litellm/key-value.ts";
import type { Deployment, Holder, Server } from "./deployment.ts";
import { type Answer, seeLog, send, unexpected } from "./http.ts";
import { row, type Row } from "./result-row.ts";

/** What somebody with one key must not get at, each tried with a request that does no harm should it succeed. */
interface Attack {
  /** Completes "key team can't". */
  aim: string;
  attempt: (gateway: Server, victim: Victim) => Promise<Answer>;
  /** Statuses that mean that it was refused, and not that it failed on its way. */
  refusals: number[];
  /** What is wrong where it succeeds. */
  remedy: string;
}

/** A key that the attacker holds, and a model that it opens. */
interface Victim {
  key: string;
  model: string;
  /** Hash of a key that the attacker does not hold. */
  other: string;
}

const GUARD = "The request guard is not in force: run `pulumi up`.";
const ROUTES = "The key may call more than the gateway's routes: run `pulumi refresh`, then `pulumi up`.";

const ATTACKS: Attack[] = [
  {
    aim: "choose the provider that is called with the organization's key",
    attempt: (gateway, { key, model }) =>
      send(gateway, "/v1/chat/completions", {
        token: key,
        body: { model, messages: [{ role: "user", content: "Hello" }], max_tokens: 1, custom_llm_provider: "openai" },
      }),
    refusals: [400],
    remedy: GUARD,
  },
  {
    aim: "reach a provider past the models of the settings",
    attempt: (gateway, { key }) => send(gateway, "/openai/v1/models", { token: key }),
    refusals: [401, 403, 404],
    remedy: ROUTES,
  },
  {
    aim: "reach what lies beside the routes that it may call",
    attempt: (gateway, { key }) => send(gateway, "/v1/messages/batches", { token: key }),
    refusals: [403, 404],
    remedy: GUARD,
  },
  {
    aim: "read about other keys",
    attempt: (gateway, { key, other }) => send(gateway, `/key/info?key=${other}`, { token: key }),
    refusals: [400, 401, 403, 404],
    remedy: GUARD,
  },
  {
    aim: "manage the gateway",
    attempt: (gateway, { key }) => send(gateway, "/key/list", { token: key }),
    refusals: [401, 403],
    remedy: ROUTES,
  },
];

/** Tries the worst that somebody with one key could do, with the first key whose value is known. */
export function attackRows(deployment: Deployment): Promise<Row>[] {
  const { gateway, keys, masterKey } = deployment;
  const holders: Holder[] = [...deployment.projects, ...deployment.pools];
  const attacker = holders.find(({ alias }) => keys[alias]);
  if (!attacker) return [];
  const other = holders.find(({ alias }) => alias !== attacker.alias && keys[alias]);
  const victim = {
    key: keys[attacker.alias] ?? "",
    model: attacker.models[0] ?? "",
    other: tokenOf(other ? (keys[other.alias] ?? "") : masterKey),
  };
  return ATTACKS.map(({ aim, attempt, refusals, remedy }) =>
    row(`key ${attacker.alias} can't ${aim}`, async () => {
      const answer = await attempt(gateway, victim);
      if (!refusals.includes(answer.status)) throw new Error(`${unexpected(answer)}. ${remedy} ${seeLog(gateway)}`);
      return `${answer.call} is refused with ${answer.status}`;
    }),
  );
}
