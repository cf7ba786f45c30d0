import { randomInt } from "node:crypto";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { UNKNOWN } from "../../toolchain/plugins/properties.ts";
import { GoogleError } from "./api-error.ts";
import type { CloudType, ProviderConfig } from "./cloud-type.ts";
import { allLabels } from "./labels.ts";
import { changedAt, merge, valuesAt } from "./property-paths.ts";
import { heldBy, missing, requireApi } from "./references.ts";
import type { CloudObject, TestCloud } from "./test-cloud.ts";

/** What can be done with the objects of one type. */
export class Operations {
  readonly #token: string;
  /** Its declaration. */
  readonly type: CloudType;
  readonly #types: Record<string, CloudType>;
  readonly #cloud: TestCloud;
  readonly #config: ProviderConfig;

  /** @param token As in {@link CloudObject.type}. */
  constructor(token: string, types: Record<string, CloudType>, cloud: TestCloud, config: ProviderConfig) {
    const type = types[token];
    if (!type) {
      throw new Error(
        `the tests' stand-in for Google Cloud has no gcp:${token}; it has ${Object.keys(types).join(", ")}`,
      );
    }
    this.#token = token;
    this.type = type;
    this.#types = types;
    this.#cloud = cloud;
    this.#config = config;
  }

  /** What is known before anything is done; `state` is that of the object, if there is one. */
  planned(inputs: Values, state?: Values): Values {
    const { computed, optional = [], selfLink } = this.type;
    const outputs = [...computed, ...optional, ...(selfLink === undefined ? [] : ["selfLink"])];
    return outputs.reduce<Values>((values, path) => {
      const known = state === undefined ? UNKNOWN : valueAt(state, path);
      return changedAt(values, path, (before) => before ?? known) as Values;
    }, this.#resolved(inputs));
  }

  /** Makes an object. @throws Error as the API would. */
  create(inputs: Values): CloudObject {
    const wanted = this.#resolved(inputs);
    const id = this.#idOf(wanted);
    requireApi(this.type, this.#cloud);
    if (this.#cloud.read(this.#token, id) && this.type.idempotent !== true) {
      throw new GoogleError(409, `The resource '${id}' already exists`, "alreadyExists");
    }
    if (this.#cloud.tombstones(this.#token).some((stone) => stone.id === id)) {
      throw this.type.resting?.(id) ?? new GoogleError(409, `${id} already exists.`);
    }
    return this.#write(id, wanted);
  }

  /** Changes an object. @throws Error as the API would. */
  update(id: string, inputs: Values): CloudObject {
    const before = this.#cloud.read(this.#token, id);
    if (!before) throw new GoogleError(404, `The resource '${id}' was not found`, "notFound");
    return this.#write(id, this.#resolved(inputs), before);
  }

  /** The object, if it is there. */
  read(id: string): CloudObject | undefined {
    return this.#cloud.read(this.#token, id);
  }

  /**
   * Deletes an object, and what is part of it.
   *
   * @param state What the engine knows: the provider refuses by it before it asks the API.
   * @throws Error as the provider or the API would.
   */
  delete(id: string, state: Values): void {
    const refused = this.type.protected;
    if (refused !== undefined && state["deletionProtection"] === true) throw new Error(refused);
    if (state["deletionPolicy"] === "PREVENT") {
      throw new Error(
        `cannot destroy ${this.#token} ${id} without setting deletionPolicy away from "PREVENT" and running \`pulumi up\``,
      );
    }
    const object = this.#cloud.read(this.#token, id);
    if (!object || state["deletionPolicy"] === "ABANDON" || this.type.abandons?.(state) === true) return;
    this.type.beforeDelete?.(object, this.#cloud);
    const { parts, users } = heldBy(object, this.#types, this.#cloud);
    const [user] = users;
    const refusal = user && this.type.inUse?.(object, user);
    if (refusal) throw refusal;
    for (const part of parts) this.#cloud.remove(part);
    this.#cloud.remove(object, this.type.nameRests?.(object));
  }

  #write(id: string, wanted: Values, before?: CloudObject): CloudObject {
    const absent = missing(this.type, wanted, this.#cloud);
    if (absent !== undefined) throw new GoogleError(404, `The resource '${absent}' was not found`, "notFound");
    const request = { cloud: this.#cloud, config: this.#config, id, ...(before && { before }) };
    const { optional = [], selfLink } = this.type;
    const kept = optional.reduce<Values>(
      (values, path) => changedAt(values, path, (set) => set ?? valueAt(before?.properties, path)) as Values,
      wanted,
    );
    const answer = this.type.outputs(this.type.inputs.parse(onlyInputs(this.type, wanted)), request);
    const properties = { ...merge(kept, answer), ...(selfLink !== undefined && { selfLink: `${selfLink}${id}` }) };
    const object = { type: this.#token, id, properties };
    this.#cloud.put(object);
    return object;
  }

  /** The inputs with what the provider itself knows to add. */
  #resolved(inputs: Values): Values {
    const ofProvider = { project: this.#config.project, region: this.#config.region };
    const added = Object.entries(ofProvider).filter(([name]) => name in this.type.inputs.shape);
    return { ...Object.fromEntries(added), ...inputs, ...allLabels(this.type, inputs, this.#config) };
  }

  #idOf(properties: Values): string {
    const { id } = this.type;
    if (typeof id !== "string") return id(this.type.inputs.parse(onlyInputs(this.type, properties)), this.#cloud);
    return id.replace(/\{([\w.]+)\}/g, (_, path: string) => {
      const value = path === "random" ? randomInt(10 ** 12, 10 ** 13) : valueAt(properties, path);
      if (typeof value === "string" || typeof value === "number") return String(value);
      throw new Error(`${path}: required field is not set`);
    });
  }
}

function valueAt(values: unknown, path: string): unknown {
  const found = path.split(".").reduce<unknown>((value, key) => (value as Values | undefined)?.[key], values);
  return found ?? (path.includes(".") ? valuesAt(values, path)[0] : undefined);
}

function onlyInputs(type: CloudType, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in type.inputs.shape));
}
