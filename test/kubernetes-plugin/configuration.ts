import { readFileSync } from "node:fs";

import { KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";

import type { Values } from "../../toolchain/plugins/properties.ts";
import { isUnknown } from "../../toolchain/plugins/properties.ts";
import { ApiServer } from "../cluster/api-server.ts";
import type { Mutability } from "./force-new.ts";

/** The SDK sends everything but text as JSON. */
const flag = z.stringbool().optional();

/** The properties of a `kubernetes.Provider` that mean something here. */
const schema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().optional(),
  enableConfigMapMutable: flag,
  enableSecretMutable: flag,
  enablePatchForce: flag,
  enableServerSideApply: flag,
});

/** What a provider resource says. */
export interface Configuration extends Mutability {
  /** Unknown in a preview whose kubeconfig comes from a cluster that is not there yet. */
  cluster?: ApiServer;
  /** The namespace of objects that name none. */
  namespace: string;
  /** Whether to take fields over from other field managers. */
  force: boolean;
}

/** Reads the properties of a provider resource. @throws Error for a cluster that is not of a test. */
export function configuration(properties: Values): Configuration {
  const known = Object.fromEntries(Object.entries(properties).filter(([, value]) => !isUnknown(value)));
  const { kubeconfig, context, namespace, enablePatchForce = false, ...rest } = schema.parse(known);
  if (rest.enableServerSideApply === false) throw new Error("the tests' plugin only applies server-side");
  const result = { ...rest, namespace: namespace ?? "default", force: enablePatchForce };
  if (isUnknown(properties["kubeconfig"]) || isUnknown(properties["context"])) return result;

  const config = load(kubeconfig ?? process.env["KUBECONFIG"]);
  if (context !== undefined) config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server ?? "";
  if (!/^https:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(server)) {
    const found = server === "" ? "there is none in the kubeconfig" : `this one is ${server}`;
    throw new Error(`the tests' plugin only talks to clusters on a loopback address, and ${found}`);
  }
  const ofContext = config.getContextObject(config.getCurrentContext())?.namespace;
  return { ...result, namespace: namespace ?? ofContext ?? "default", cluster: new ApiServer(config) };
}

/** A kubeconfig, given as text or as the path of a file. */
function load(kubeconfig: string | undefined): KubeConfig {
  if (kubeconfig === undefined) throw new Error("the tests' plugin needs a kubeconfig, or KUBECONFIG");
  const isText = kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
  const config = new KubeConfig();
  config.loadFromString(isText ? kubeconfig : readFileSync(kubeconfig, "utf8"));
  return config;
}
