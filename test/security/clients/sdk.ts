/** A call of a method of an SDK: the same in each language. */
export interface Call {
  /** Its path in the client: `chat.completions.create`. */
  method: string;
  /** What it is given before its parameters. */
  id?: string;
  parameters?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** What the client is made with, beside its key and address, by the names that Python's SDKs have for it. */
  client?: Record<string, unknown>;
}

/** An official SDK in a language. */
export interface Sdk {
  /**
   * What the SDK makes of the answer: the object that it returns, for a stream or a page the list of what is in it.
   *
   * @param gateway Where it calls, and with which key.
   * @throws {Error} With what the SDK raises.
   */
  call(call: Call, gateway: { url: string; key: string }): Promise<unknown>;
  stop(): Promise<void>;
}

export type SdkName = "openai" | "anthropic" | "google";

/** OpenAI's SDKs want the version in the address, the others don't. */
export const baseUrl = (sdk: SdkName, url: string) => (sdk === "openai" ? `${url}/v1` : url);
