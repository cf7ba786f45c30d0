import pRetry from "p-retry";

import { AttackedGateway } from "../attacked-gateway.ts";
import type { Received } from "../recording-provider.ts";
import { RequestRecorder, type Sent } from "./request-recorder.ts";
import { clientSettings } from "./client-settings.ts";

/** A request that reached the provider, whose body is an object. */
type ReceivedObject = Omit<Received, "body"> & { body: object };

type Change = (settings: Record<string, unknown>) => Record<string, unknown>;

/** The gateway with a project for each client, who calls it through what records its requests. */
export class ClientGateway {
  readonly attacked: AttackedGateway;
  readonly #recorder: RequestRecorder;

  private constructor(attacked: AttackedGateway, recorder: RequestRecorder) {
    this.attacked = attacked;
    this.#recorder = recorder;
  }

  /**
   * @param projects One for each client.
   * @param change Adds to the settings, or replaces some.
   */
  static async start(projects: readonly string[], change: Change = (settings) => settings): Promise<ClientGateway> {
    const attacked = await AttackedGateway.start((settings) => change(clientSettings(projects)(settings)));
    return new ClientGateway(attacked, await RequestRecorder.start(attacked.url));
  }

  /** Where the client of a project calls, and with which key. */
  credentials(project: string): { url: string; key: string } {
    return { url: this.#recorder.url, key: this.attacked.keys[project] ?? "" };
  }

  /** What reaches the provider while a client works, with the bodies read. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; received: ReceivedObject[] }> {
    const { result, received } = await this.attacked.provider.during(work);
    return { result, received: received.map((one) => ({ ...one, body: JSON.parse(one.body || "{}") as object })) };
  }

  /** The requests that got an answer of a model. */
  get answered(): Sent[] {
    return this.#recorder.sent.filter(
      ({ method, path, status }) => method === "POST" && status === 200 && !path.includes("/count_tokens"),
    );
  }

  /** Waits until each answer is charged to the key that it was asked with: LiteLLM writes its log some seconds later. */
  async charged(): Promise<void> {
    const look = async () => {
      const free = await Promise.all(Object.values(this.attacked.keys).map((key) => this.#free(key)));
      if (free.flat().length > 0) throw new Error(`Not charged:\n${free.flat().join("\n")}`);
    };
    await pRetry(look, { retries: 60, minTimeout: 1000, factor: 1 });
  }

  async #free(key: string): Promise<string[]> {
    const charges = await this.attacked.charges(key);
    const paid = new Set(charges.filter(({ spend }) => spend > 0).map(({ litellm_call_id }) => litellm_call_id));
    const asked = this.answered.filter(({ headers }) => JSON.stringify(headers).includes(key));
    return asked.filter(({ callId = "" }) => !paid.has(callId)).map(({ path, body }) => `${path} ${body}`);
  }

  async delete(): Promise<void> {
    await this.#recorder.stop();
    await this.attacked.delete();
  }
}
