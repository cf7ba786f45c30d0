import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { warn } from "../../providers/engine-log.ts";
import { unary } from "../../toolchain/plugins/plugin-process.ts";
import type { Values } from "../../toolchain/plugins/properties.ts";
import { fromWire, toWire } from "../../toolchain/plugins/properties.ts";
import type { Change } from "../../toolchain/plugins/resource-type.ts";
import { checkResponse, diffResponse } from "../../toolchain/plugins/responses.ts";
import { commonMethods } from "../kubernetes-plugin/common-methods.ts";
import { drifted } from "../kubernetes-plugin/diff.ts";
import { InitError, withInitFailures } from "../kubernetes-plugin/failures.ts";
import { isWithin } from "../kubernetes-plugin/property-path.ts";
import type { CloudType, ProviderConfig } from "./cloud-type.ts";
import { differences } from "./differences.ts";
import { invoke } from "./invokes.ts";
import { allLabels } from "./labels.ts";
import { named } from "./naming.ts";
import { Operations } from "./operations.ts";
import { configFailures, providerConfig } from "./provider-config.ts";
import { types } from "./resources/all.ts";
import { obey } from "./rules.ts";
import { failures, withDefaults } from "./schema.ts";
import type { Method } from "./rule.ts";
import type { CloudObject, TestCloud } from "./test-cloud.ts";

/** The official version whose resource types these are. */
export const VERSION = "9.37.0";

const NAME = "the tests' stand-in for the Pulumi plugin gcp";

interface Resource {
  type: CloudType;
  /** As in {@link CloudObject.type}. */
  token: string;
  /** Its name in the program. */
  name: string;
  operations: Operations;
}

/** Answers the engine's requests for one provider resource. */
export class GcpPlugin {
  #config: ProviderConfig = { defaultLabels: {}, attribution: true, listsRegions: false };
  readonly #cancelled = new AbortController();
  readonly #engine: string;
  readonly #cloud: TestCloud;

  /** @param engine Address of the engine that started this process. */
  constructor(engine: string, cloud: TestCloud) {
    this.#engine = engine;
    this.#cloud = cloud;
  }

  /** Ends every wait. */
  cancel(): void {
    this.#cancelled.abort();
  }

  /** The gRPC service. */
  methods(): UntypedServiceImplementation {
    return {
      ...commonMethods({
        engine: this.#engine,
        name: NAME,
        version: VERSION,
        cancelled: this.#cancelled,
        configure: async (config) => {
          this.#config = providerConfig(config);
          // The tests' cloud has no list: the project doesn't have Compute Engine yet, or nobody is signed in.
          if (this.#config.listsRegions) await warn(this.#engine, "failed to get regions list");
        },
      }),
      checkConfig: unary(async (request: wire.CheckRequest) =>
        checkResponse(request.getNews(), configFailures(fromWire(request.getNews()).values)),
      ),
      invoke: unary(async (request: wire.InvokeRequest) => {
        const answer = invoke(request.getTok(), fromWire(request.getArgs()).values, this.#cloud, this.#config);
        return new messages.InvokeResponse().setReturn(toWire(answer, new Set()));
      }),
      check: unary((request: wire.CheckRequest) => this.#check(request)),
      diff: unary((request: wire.DiffRequest) => this.#diff(request)),
      create: withInitFailures((request: wire.CreateRequest) => this.#create(request)),
      read: unary((request: wire.ReadRequest) => this.#read(request)),
      update: withInitFailures((request: wire.UpdateRequest) => this.#update(request)),
      delete: unary((request: wire.DeleteRequest) => this.#delete(request)),
    };
  }

  async #check(request: wire.CheckRequest): Promise<wire.CheckResponse> {
    const { type, name } = this.#resource(request);
    const { values, secrets } = fromWire(request.getNews());
    const source = { resource: name, seed: request.getRandomseed_asU8() };
    const proposed = request.getAutonaming()?.getProposedName();
    const before = fromWire(request.getOlds()).values;
    const wanted = withDefaults(
      type,
      type.autoName === undefined
        ? values
        : named(values, before, type.autoName, { ...source, ...(proposed !== undefined && { proposed }) }),
    );
    return checkResponse(toWire(wanted, secrets), failures(type, wanted));
  }

  async #diff(request: wire.DiffRequest): Promise<wire.DiffResponse> {
    const { type } = this.#resource(request);
    const [before, after] = [fromWire(request.getOldInputs()).values, fromWire(request.getNews()).values];
    // The labels with the provider's are no inputs of the resource.
    const olds = fromWire(request.getOlds()).values;
    const labels = allLabels(type, after, this.#config);
    const former = Object.keys(labels).map((name) => [name, olds[name]] as const);
    const changes = differences(type, { ...before, ...Object.fromEntries(former) }, { ...after, ...labels });
    const ignored = request.getIgnorechangesList();
    const isIgnored = ({ property }: Change) => ignored.some((path) => isWithin(property, path));
    return diffResponse(
      changes.filter((change) => !isIgnored(change)),
      { inputDiff: true },
    );
  }

  async #create(request: wire.CreateRequest): Promise<wire.CreateResponse> {
    const resource = this.#resource(request);
    const { values, secrets } = fromWire(request.getProperties());
    const response = new messages.CreateResponse();
    if (request.getPreview()) {
      const planned = resource.operations.planned(values);
      return response.setProperties(toWire(planned, secretsOf(resource.type, secrets)));
    }
    const { id, properties } = await this.#call("create", resource, "", secrets, () =>
      resource.operations.create(values),
    );
    return response.setId(id).setProperties(toWire(properties, secretsOf(resource.type, secrets)));
  }

  async #update(request: wire.UpdateRequest): Promise<wire.UpdateResponse> {
    const resource = this.#resource(request);
    const { values, secrets } = fromWire(request.getNews());
    const id = request.getId();
    const properties = request.getPreview()
      ? resource.operations.planned(values, fromWire(request.getOlds()).values)
      : (await this.#call("update", resource, id, secrets, () => resource.operations.update(id, values))).properties;
    return new messages.UpdateResponse().setProperties(toWire(properties, secretsOf(resource.type, secrets)));
  }

  async #read(request: wire.ReadRequest): Promise<wire.ReadResponse> {
    const resource = this.#resource(request);
    const [state, inputs] = [fromWire(request.getProperties()), fromWire(request.getInputs())];
    const id = request.getId();
    const secrets = new Set([...state.secrets, ...inputs.secrets]);
    const found = await this.#call("read", resource, id, secrets, () => resource.operations.read(id));
    if (!found) return new messages.ReadResponse();
    const isImport = Object.keys(inputs.values).length === 0;
    const { shape } = resource.type.inputs;
    const wanted = isImport
      ? Object.fromEntries(Object.entries(found.properties).filter(([name]) => name in shape))
      : (drifted(inputs.values, state.values, found.properties) as Values);
    const all = secretsOf(resource.type, secrets);
    return new messages.ReadResponse()
      .setId(found.id)
      .setProperties(toWire(found.properties, all))
      .setInputs(toWire(wanted, all));
  }

  async #delete(request: wire.DeleteRequest) {
    const resource = this.#resource(request);
    const state = fromWire(request.getProperties()).values;
    const id = request.getId();
    await this.#call("delete", resource, id, new Set(), () => {
      resource.operations.delete(id, state);
      return undefined;
    });
    return new empty.Empty();
  }

  /** Does what the engine asks for, as the test's rules want it, and notes it. */
  async #call<T extends CloudObject | undefined>(
    method: Method,
    { type, token, name }: Resource,
    id: string,
    secrets: ReadonlySet<string>,
    work: () => T,
  ): Promise<T> {
    const request = { method, type: token, name };
    const { signal } = this.#cancelled;
    let result: T | undefined;
    try {
      await obey(this.#cloud, request, "before", signal);
      result = work();
      await obey(this.#cloud, request, "after", signal);
      this.#cloud.log({ ...request, id: result?.id ?? id });
      return result;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#cloud.log({ ...request, id, error: reason });
      const message = `1 error occurred:\n\t* ${VERBS[method]} ${token}: ${reason}`;
      // What it gave up waiting for, Google's provider forgets: "The resource didn't actually create".
      const done = method === "create" ? undefined : result;
      if (!done) throw new Error(message, { cause: error });
      const properties = toWire(done.properties, secretsOf(type, secrets));
      throw new InitError(message, { id: done.id, properties }, [message]);
    }
  }

  #resource(request: { getUrn(): string }): Resource {
    const [, , chain = "", name = ""] = request.getUrn().split("::");
    const token = tokenOf(chain.split("$").at(-1) ?? "");
    const operations = new Operations(token, types, this.#cloud, this.#config);
    return { type: operations.type, token, name, operations };
  }
}

const VERBS = { create: "Error creating", read: "Error reading", update: "Error updating", delete: "Error deleting" };

/** `compute/Network` for `gcp:compute/network:Network`. */
function tokenOf(typeToken: string): string {
  const [, module = "", type = ""] = typeToken.split(":");
  return `${module.split("/")[0] ?? ""}/${type}`;
}

function secretsOf(type: CloudType, inputs: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...inputs, ...(type.secrets ?? [])]);
}
