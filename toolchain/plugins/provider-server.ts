import { isDeepStrictEqual } from "node:util";

import type grpc from "@grpc/grpc-js";
import type * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { z } from "zod";

import { unary } from "./plugin-process.ts";
import type { Values } from "./properties.ts";
import { fromWire, toWire } from "./properties.ts";
import type { ResourceType } from "./resource-type.ts";
import { check, diff, propertyFailures, withDefaults } from "./resource-type.ts";
import { checkResponse, configChanges, diffResponse } from "./responses.ts";

/** A resource plugin: its configuration and the kinds of resource it manages. */
export interface Provider {
  /** The version of the official plugin whose properties it has. */
  version: string;
  /** The properties of the provider resource. */
  config: z.ZodObject;
  /** Takes the configuration once all of it is known; opens no connection. */
  configure?(config: Values): void;
  /** By type token. */
  resources: Record<string, ResourceType>;
}

/** The properties of every provider resource that are the engine's own. */
const ENGINE_CONFIG = ["version", "pluginDownloadURL"];

/** What the engine may call of `provider`, as methods of Pulumi's gRPC service for resource plugins. */
export function providerMethods(provider: Provider): grpc.UntypedServiceImplementation {
  const typeOf = (urn: string): ResourceType => {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const type = provider.resources[token];
    if (type) return type;
    const known = Object.keys(provider.resources).join(", ");
    throw new Error(`the offline plugin has no ${token}; it has ${known}. Install the official plugin instead.`);
  };
  const secretOutputs = (type: ResourceType, inputs: ReadonlySet<string>) =>
    new Set([...inputs, ...(type.secretOutputs ?? [])]);

  return {
    getPluginInfo: unary(async () => new plugins.PluginInfo().setVersion(`${provider.version}+offline`)),
    cancel: unary(async () => new empty.Empty()),

    checkConfig: unary(async (request: wire.CheckRequest) => {
      const config = withoutEngineConfig(fromWire(request.getNews()).values);
      return checkResponse(request.getNews(), propertyFailures(provider.config, config));
    }),
    diffConfig: unary(async (request: wire.DiffRequest) => {
      const [before, after] = [fromWire(request.getOlds()).values, fromWire(request.getNews()).values];
      return diffResponse(configChanges(before, after));
    }),
    configure: unary(async (request: wire.ConfigureRequest) => {
      const config = withoutEngineConfig(fromWire(request.getArgs()).values);
      provider.configure?.(withDefaults(provider.config, config));
      return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),

    check: unary(async (request: wire.CheckRequest) =>
      checkResponse(request.getNews(), check(typeOf(request.getUrn()), fromWire(request.getNews()).values)),
    ),
    diff: unary(async (request: wire.DiffRequest) => {
      const type = typeOf(request.getUrn());
      const ignored = request.getIgnorechangesList();
      const changes = diff(type, fromWire(request.getOlds()).values, fromWire(request.getNews()).values).filter(
        // The engine takes back what the program says, but what the program leaves out has a default.
        ({ property }) => !ignored.includes(property),
      );
      return diffResponse(changes).setDeletebeforereplace(type.deleteBeforeReplace);
    }),
    create: unary(async (request: wire.CreateRequest) => {
      const type = typeOf(request.getUrn());
      const inputs = fromWire(request.getProperties());
      const wanted = withDefaults(type.inputs, inputs.values);
      const { id, outputs } = request.getPreview()
        ? { id: "", outputs: wanted }
        : await type.create(type.inputs.parse(wanted), request.getUrn());
      return new messages.CreateResponse()
        .setId(id)
        .setProperties(toWire(outputs, secretOutputs(type, inputs.secrets)));
    }),
    read: unary(async (request: wire.ReadRequest) => {
      const type = typeOf(request.getUrn());
      const [state, inputs] = [fromWire(request.getProperties()), fromWire(request.getInputs())];
      const outputs = await type.read(request.getId(), state.values);
      if (!outputs) return new messages.ReadResponse();
      const secrets = secretOutputs(type, new Set([...state.secrets, ...inputs.secrets]));
      const isAsBefore =
        isDeepStrictEqual(outputs, state.values) &&
        [...secrets].every((name) => state.secrets.has(name) || !(name in outputs));
      const id = outputs["id"];
      return (
        new messages.ReadResponse()
          .setId(typeof id === "string" ? id : request.getId())
          // With what the official plugins remember in states of theirs, such as the version of the state's schema.
          .setProperties(isAsBefore ? request.getProperties() : toWire(outputs, secrets))
          .setInputs(toWire(inputsOf(type, outputs, inputs.values), secrets))
      );
    }),
    update: unary(async (request: wire.UpdateRequest) => {
      const type = typeOf(request.getUrn());
      const [state, inputs] = [fromWire(request.getOlds()), fromWire(request.getNews())];
      const wanted = withDefaults(type.inputs, inputs.values);
      if (!type.update) throw new Error("it can't be changed in place");
      const outputs = request.getPreview()
        ? { ...state.values, ...wanted }
        : await type.update(state.values, type.inputs.parse(wanted));
      return new messages.UpdateResponse().setProperties(toWire(outputs, secretOutputs(type, inputs.secrets)));
    }),
    delete: unary(async (request: wire.DeleteRequest) => {
      await typeOf(request.getUrn()).delete(fromWire(request.getProperties()).values);
      return new empty.Empty();
    }),
  };
}

/** The inputs that would make what is there: those that were set; for an import, those that differ from the defaults. */
function inputsOf(type: ResourceType, outputs: Values, inputs: Values): Values {
  const isImport = Object.keys(inputs).length === 0;
  const names = isImport ? diff(type, {}, outputs).map((change) => change.property) : Object.keys(inputs);
  return Object.fromEntries(names.map((name) => [name, outputs[name]]));
}

function withoutEngineConfig(config: Values): Values {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !ENGINE_CONFIG.includes(name)));
}
