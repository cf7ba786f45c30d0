import type { SettingsProblem } from "../problems/problems.ts";
import type { Routing } from "../schema/routing.ts";
import type { SettingsDraft } from "./rule.ts";

/** Whether LiteLLM compares prices when it chooses a deployment: for that it looks where each call takes them along. */
export function routesByPrice({ strategy }: Pick<Routing, "strategy">): boolean {
  return strategy === "cost-based-routing";
}

/**
 * Deployments of one model whose prices differ, where LiteLLM might charge all of them the price of one: what it keeps
 * under the model's name is then the same for each of them.
 */
export function pricesAgree({ models = [], routing }: SettingsDraft): SettingsProblem[] {
  if (routing?.strategy === undefined || !routesByPrice({ strategy: routing.strategy })) return [];
  return models.flatMap((deployment, index) => {
    const model = deployment?.model;
    if (model === undefined) return [];
    const other = models.slice(0, index).findIndex((one) => one?.model !== undefined && isSameModel(one.model, model));
    const first = models[other];
    if (!first || isSamePrice(first.price, deployment?.price)) return [];
    const message = `differs from that of models[${other}], the same model, and cost-based-routing needs one price for each model; write the same price, a model with its provider in front, or another routing.strategy`;
    return [{ path: ["models", index, "price"], message }];
  });
}

/** LiteLLM finds the provider of a model that is named without one by itself. */
function isSameModel(one: string, other: string): boolean {
  const [short = "", long = ""] = [one, other].sort((a, b) => a.length - b.length);
  return short === long || (!short.includes("/") && long.replace(/^[^/]*\//, "") === short);
}

type Price = { input?: number | undefined; output?: number | undefined } | undefined;

/** Whether both say the same, or one of them is wrong by itself. */
function isSamePrice(one: Price, other: Price): boolean {
  const isWrong = (price: Price) => price !== undefined && (price.input === undefined || price.output === undefined);
  if (isWrong(one) || isWrong(other)) return true;
  return one?.input === other?.input && one?.output === other?.output;
}
