import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";

import { unary } from "../../toolchain/plugins/plugin-process.ts";
import type { Properties, Values } from "../../toolchain/plugins/properties.ts";
import { fromWire, isUnknown, toWire } from "../../toolchain/plugins/properties.ts";
import { diffResponse } from "../../toolchain/plugins/responses.ts";
import type { ApiServer, Manifest } from "../cluster/api-server.ts";
import { ApiError } from "../cluster/api-server.ts";
import { commonMethods } from "./common-methods.ts";
import type { Configuration } from "./configuration.ts";
import { configuration } from "./configuration.ts";
import { diff } from "./diff.ts";
import { alreadyThere, explained, goneMeanwhile, InitError, withInitFailures } from "./failures.ts";
import { leavingAlone } from "./ignored-fields.ts";
import { normalized, pruned } from "./live-state.ts";
import { idOf, isAutonamed, named } from "./naming.ts";
import { asManifest, referenceOf, secretsOf, tokenOf, withoutManagers, withoutStatus } from "./objects.ts";
import { isWithin } from "./property-path.ts";
import { providerChanges } from "./provider-changes.ts";
import { progressOf, unreadiness } from "./readiness.ts";
import type { Patience } from "./waiting.ts";
import { NotReadyError, untilGone, untilReady } from "./waiting.ts";

/** The official version whose resource types these are. */
export const VERSION = "4.34.2";

const NAME = "the tests' stand-in for the Pulumi plugin kubernetes";

/** The name under which the API server notes who set a field. */
const MANAGER = "pulumi";

/** The annotation with which a Job that isn't complete when the program runs again is replaced. */
const REPLACE_UNREADY = "pulumi.com/replaceUnready";

/** Whether a create takes over what is there, which the official plugin does only when it is told to. */
const upserts = () => process.env["PULUMI_K8S_UPSERT_EXISTING_OBJECTS"] === "true";

/** Answers the engine's requests for one provider resource. */
export class KubernetesPlugin {
  #configuration: Configuration = { namespace: "default", force: false };
  readonly #cancelled = new AbortController();
  readonly #engine: string;

  /** @param engine Address of the engine that started this process. */
  constructor(engine: string) {
    this.#engine = engine;
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
        configure: (config) => {
          this.#configuration = configuration(config);
        },
      }),
      diffConfig: unary(async (request: wire.DiffRequest) => {
        const [before, after] = [fromWire(request.getOldInputs()).values, fromWire(request.getNews()).values];
        return diffResponse(providerChanges(before, after), { inputDiff: true });
      }),
      checkConfig: unary(async (request: wire.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
      ),
      check: unary((request: wire.CheckRequest) => this.#check(request)),
      diff: unary((request: wire.DiffRequest) => this.#diff(request)),
      create: withInitFailures((request: wire.CreateRequest) => this.#create(request)),
      read: withInitFailures((request: wire.ReadRequest) => this.#read(request)),
      update: withInitFailures((request: wire.UpdateRequest) => this.#update(request)),
      delete: unary((request: wire.DeleteRequest) => this.#delete(request)),
    };
  }

  async #check(request: wire.CheckRequest): Promise<wire.CheckResponse> {
    const token = tokenOf(request.getUrn());
    if (/^kubernetes:(helm\.sh|yaml|kustomize)\/|Patch$/.test(token)) throw new Error(`${NAME} has no ${token}`);
    const [wanted, before] = [fromWire(request.getNews()), fromWire(request.getOlds()).values];
    const proposed = request.getAutonaming()?.getProposedName();
    const manifest = named(wanted.values, before, token, {
      resource: request.getUrn().split("::").at(-1) ?? "",
      seed: request.getRandomseed_asU8(),
      ...(proposed !== undefined && { proposed }),
    });
    const namespace = manifest.metadata.namespace ?? (await this.#namespaceFor(manifest, before));
    if (namespace !== undefined) manifest.metadata.namespace = namespace;
    return new messages.CheckResponse().setInputs(toWire(manifest, wanted.secrets));
  }

  /** The namespace of an object that names none: undefined for kinds that have none. */
  async #namespaceFor({ apiVersion, kind }: Manifest, before: Values): Promise<string | undefined> {
    const { cluster, namespace } = this.#configuration;
    const old = (before["metadata"] as { namespace?: string } | undefined)?.namespace;
    if (!cluster) return old;
    const isNamespaced = await cluster.isNamespaced(apiVersion, kind).catch((error: unknown) => {
      // Its definition is to come in the same update.
      if (error instanceof ApiError && error.status === 404) return true;
      throw error;
    });
    return isNamespaced ? namespace : undefined;
  }

  async #diff(request: wire.DiffRequest): Promise<wire.DiffResponse> {
    const [inputs, state] = [asManifest(fromWire(request.getOldInputs())), asManifest(fromWire(request.getOlds()))];
    const after = asManifest(fromWire(request.getNews()));
    const before = pruned(normalized(state), normalized(inputs)) as Manifest;
    const ignored = request.getIgnorechangesList();
    const changes = diff(before, after, this.#configuration).filter(
      ({ property }) => !ignored.some((path) => isWithin(property, path)),
    );
    const response = diffResponse(changes, { inputDiff: true });
    if (await this.#isGivenUp(after, state)) {
      response.addReplaces(`.metadata.annotations["${REPLACE_UNREADY}"]`);
      response.setChanges(messages.DiffResponse.DiffChanges.DIFF_SOME);
    }
    const hasSameName = idOf(state) === idOf(after) && !isAutonamed(after);
    return response.setDeletebeforereplace(response.getReplacesList().length > 0 && hasSameName);
  }

  /** Whether an object is a Job that is to be replaced unless it is complete, and isn't. */
  async #isGivenUp({ kind, metadata }: Manifest, state: Manifest): Promise<boolean> {
    const { cluster } = this.#configuration;
    if (kind !== "Job" || metadata.annotations?.[REPLACE_UNREADY] !== "true") return false;
    const live = await cluster?.get(state);
    return cluster !== undefined && live !== undefined && (await progressOf(cluster, live)).state !== "ready";
  }

  async #create(request: wire.CreateRequest): Promise<wire.CreateResponse> {
    const inputs = fromWire(request.getProperties());
    const wanted = asManifest(inputs);
    if (request.getPreview()) {
      await this.#tryOut(wanted);
      return new messages.CreateResponse().setProperties(toWire(wanted, secretsOf(wanted, inputs.secrets)));
    }
    // The official plugin posts it.
    if (!upserts() && (await this.#cluster().get(wanted))) throw alreadyThere(wanted);
    const live = await this.#apply(wanted, inputs, request.getTimeout());
    return new messages.CreateResponse().setId(idOf(live)).setProperties(toWire(live, secretsOf(live, inputs.secrets)));
  }

  async #update(request: wire.UpdateRequest): Promise<wire.UpdateResponse> {
    const [inputs, state] = [fromWire(request.getNews()), fromWire(request.getOlds())];
    const { cluster } = this.#configuration;
    if (cluster && !(await cluster.get(asManifest(state)))) throw goneMeanwhile(asManifest(state));
    const wanted = await this.#leavingAlone(request.getIgnorechangesList(), asManifest(inputs));
    if (request.getPreview()) {
      const properties = (await this.#tryOut(wanted)) ?? { ...state.values, ...wanted };
      return new messages.UpdateResponse().setProperties(toWire(properties, secretsOf(wanted, inputs.secrets)));
    }
    const live = await this.#apply(wanted, inputs, request.getTimeout());
    return new messages.UpdateResponse().setProperties(toWire(live, secretsOf(live, inputs.secrets)));
  }

  async #read(request: wire.ReadRequest): Promise<wire.ReadResponse> {
    const [state, inputs] = [fromWire(request.getProperties()), fromWire(request.getInputs())];
    const isImport = Object.keys(state.values).length === 0;
    const reference = isImport ? referenceOf(request) : asManifest(state);
    const object = await this.#cluster().get(reference);
    if (!object) return new messages.ReadResponse();
    const live = withoutManagers(object);
    const wanted = isImport ? withoutStatus(live) : (pruned(live, normalized(asManifest(inputs))) as Values);
    const secrets = secretsOf(live, new Set([...state.secrets, ...inputs.secrets]));
    const found = { id: idOf(live), properties: toWire(live, secrets), inputs: toWire(wanted, secrets) };
    const reasons = isImport ? [] : await unreadiness(this.#cluster(), live);
    if (reasons.length > 0) throw new InitError(`Resource '${live.metadata.name}' is not ready`, found, reasons);
    return new messages.ReadResponse().setId(found.id).setProperties(found.properties).setInputs(found.inputs);
  }

  async #delete(request: wire.DeleteRequest) {
    const object = asManifest(fromWire(request.getProperties()));
    const policy = object.metadata.annotations?.["pulumi.com/deletionPropagationPolicy"] ?? "foreground";
    await this.#cluster().delete(object, `${policy.charAt(0).toUpperCase()}${policy.slice(1)}`);
    await untilGone(this.#cluster(), object, this.#patience(request.getTimeout()));
    return new empty.Empty();
  }

  /** The object without changes to what the program said to ignore. */
  async #leavingAlone(paths: string[], wanted: Manifest): Promise<Manifest> {
    const { cluster } = this.#configuration;
    const live = paths.length === 0 ? undefined : await cluster?.get(wanted);
    return live ? leavingAlone(paths, wanted, live, MANAGER) : wanted;
  }

  /** Applies an object and waits for it. @throws NotReadyError, whose object the engine keeps in state. */
  async #apply(manifest: Manifest, { secrets }: Properties, timeout: number): Promise<Manifest> {
    const applied = await this.#cluster()
      .apply(manifest, { manager: MANAGER, force: this.#forces(manifest) })
      .catch((error: unknown) => {
        throw explained(manifest, error);
      });
    try {
      return withoutManagers(await untilReady(this.#cluster(), applied, this.#patience(timeout)));
    } catch (error) {
      if (!(error instanceof NotReadyError)) throw error;
      const live = withoutManagers(error.live);
      const properties = toWire(live, secretsOf(live, secrets));
      throw new InitError(error.message, { id: idOf(live), properties }, [error.message]);
    }
  }

  /**
   * What the API server would make of an object, or why it would refuse it; undefined for what can't be known before
   * other objects are there.
   */
  async #tryOut(manifest: Manifest): Promise<Manifest | undefined> {
    const { cluster } = this.#configuration;
    if (!cluster || isUnknown(manifest)) return undefined;
    try {
      const options = { manager: MANAGER, force: this.#forces(manifest), dryRun: true };
      return withoutManagers(await cluster.apply(manifest, options));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw explained(manifest, error);
    }
  }

  /** Whether an object takes fields that others have set. */
  #forces({ metadata }: Manifest): boolean {
    return this.#configuration.force || metadata.annotations?.["pulumi.com/patchForce"] === "true";
  }

  #cluster(): ApiServer {
    const { cluster } = this.#configuration;
    if (!cluster) throw new Error(`${NAME} does not know its kubeconfig yet`);
    return cluster;
  }

  #patience(timeout: number): Patience {
    return { timeout, signal: this.#cancelled.signal };
  }
}
