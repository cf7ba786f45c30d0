import { expect } from "vitest";

import { chat, outcome } from "../routing/routed-gateway.ts";
import { AttackedGateway } from "../security/attacked-gateway.ts";
import type { WatchedDeployment, WatchedDeployments } from "./watched-deployments.ts";

/** A gateway with one of the strategies, whose models have several watched deployments each. */
export class StrategyGateway {
  readonly #gateway: AttackedGateway;
  readonly #deployments: Record<string, WatchedDeployment[]>;

  private constructor(gateway: AttackedGateway, deployments: Record<string, WatchedDeployment[]>) {
    this.#gateway = gateway;
    this.#deployments = deployments;
  }

  /** @param models For each name what tells its deployments from each other, in the order of the settings. */
  static async start(
    provider: WatchedDeployments,
    strategy: string,
    models: Record<string, object[]>,
  ): Promise<StrategyGateway> {
    const deployments: Record<string, WatchedDeployment[]> = {};
    const settings = Object.entries(models).flatMap(([name, differences]) =>
      differences.map((difference, index) => {
        const { deployment, apiBase } = provider.add(`${strategy}-${name}-${index}`);
        (deployments[name] ??= []).push(deployment);
        const price = { input: 3, output: 15 };
        return { name, model: `openai/${name}-${index}`, provider: "openai", apiBase, price, ...difference };
      }),
    );
    const projects = { team: { models: Object.keys(models), budget: 1000 } };
    const gateway = await AttackedGateway.start((defaults) => ({
      ...{ ...defaults, models: settings, projects, routing: { strategy } },
    }));
    return new StrategyGateway(gateway, deployments);
  }

  /** The model's deployments, in the order of the settings. */
  of(model: string): WatchedDeployment[] {
    return this.#deployments[model] ?? [];
  }

  async ask(model: string): Promise<void> {
    expect(await outcome(this.#gateway, chat(model, "Hello"))).toBe("answered");
  }

  /** Which deployments answer the next requests, sent one after the other: their places in the settings. */
  async next(model: string, requests: number): Promise<number[]> {
    const places: number[] = [];
    for (let sent = 0; sent < requests; sent += 1) {
      const before = this.#received(model);
      await this.ask(model);
      places.push(this.#placeSince(before, model));
    }
    return places;
  }

  /** Sends a request whose answer the deployments hold: which one has got it, and its answer. */
  async sendHeld(model: string): Promise<{ place: number; answer: Promise<void> }> {
    const before = this.#received(model);
    const answer = this.ask(model);
    // Whoever waits for it later hears of its failure.
    answer.catch(() => undefined);
    await expect.poll(() => this.#placeSince(before, model), { timeout: 60_000, interval: 10 }).not.toBe(-1);
    return { place: this.#placeSince(before, model), answer };
  }

  delete(): Promise<void> {
    return this.#gateway.delete();
  }

  #received(model: string): number[] {
    return this.of(model).map(({ received }) => received);
  }

  #placeSince(before: number[], model: string): number {
    return this.#received(model).findIndex((count, place) => count > (before[place] ?? 0));
  }
}
