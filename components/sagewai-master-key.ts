import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { LastOutputs } from "./last-state.ts";
import type { StateName } from "../providers/sagewai/master-key.ts";
import { DynamicResource } from "./dynamic-resource.ts";

const MODULE: StateName = { module: "#providers/sagewai/master-key.ts", type: "sagewai:MasterKey" };

/** What held the key in former releases: with the official plugin its id, which no state encrypts, is the key itself. */
const FORMER_TYPE = "random:index/randomBytes:RandomBytes";

/** What the state says of the key before this update; nothing for a stack that is new. */
export interface StoredMasterKey {
  /** The key where only a RandomBytes has it, as Fernet wants it. */
  takenOver?: string;
  /** What a {@link SagewaiMasterKey} has. */
  present?: string;
}

/**
 * Looks the key up in the state.
 *
 * @param before What the state had before this update.
 * @param name The name of the resource that holds it.
 */
export function storedMasterKey(before: LastOutputs, name: string): StoredMasterKey {
  const { keys } = before(`pulumi-nodejs:dynamic/${MODULE.type}`, name) ?? {};
  if (typeof keys === "string") return { present: keys };
  const former = before(FORMER_TYPE, name);
  if (former === undefined) return {};
  const { base64 } = former;
  if (typeof base64 !== "string") throw new Error(`The state has a ${FORMER_TYPE} ${name} without \`base64\`.`);
  return { takenOver: fernetKey(base64) };
}

/** The key that encrypts what Sagewai stores, and once it was replaced the former one too. */
export class SagewaiMasterKey extends DynamicResource {
  /** The key, and after a space the one that it replaced, if any. Secret. */
  readonly value: pulumi.Output<string>;
  declare private readonly keys: pulumi.Output<string>;

  /** @param stored What the state has under this name. */
  constructor(name: string, stored: StoredMasterKey, opts: pulumi.CustomResourceOptions) {
    const { takenOver, present } = stored;
    super(
      MODULE,
      name,
      { takenOver: secret(takenOver), present: secret(present), keys: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["keys"] }),
    );
    // A key that goes on is known in the preview already, which shows no change of what uses it.
    this.value = pulumi.secret(takenOver ?? this.keys);
    if (takenOver !== undefined) keepOnceMore(name, opts);
  }
}

/**
 * Registers the resource that held the key in former releases, so that it outlives the update in which its value moves, and
 * goes with the next one: Pulumi deletes nothing that was protected before an update.
 */
function keepOnceMore(name: string, opts: pulumi.CustomResourceOptions): void {
  const kept = new random.RandomBytes(name, { length: 32 }, { ...opts, protect: false });
  void pulumi.log.warn(
    "Former releases kept Sagewai's master key where the state may show it in plain text. This update moves it, and the next one removes the former resource: run `up` once more, then see docs/operations.md, \"Sagewai's master key in plain text\".",
    kept,
  );
}

function secret(value: string | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.secret(value);
}

/** Base64 in the alphabet for URLs. */
export function fernetKey(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_");
}
