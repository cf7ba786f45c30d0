import "../../toolchain/exit-with-engine.ts";

import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { gatewayHome } from "../../toolchain/gateway-home.ts";
import { pythonEnvironment, type Software } from "../../toolchain/python/environment.ts";
import { litellmRuntime, sagewaiRuntime } from "../../toolchain/python/runtime.ts";
import type { Lifecycle } from "../shell.ts";
import { replaceRunning } from "./replace-running.ts";
import { ServiceProcess } from "./service-process.ts";
import { inPlace, type ServiceSpecification } from "./service-specification.ts";
import { moveFolder } from "./stack-folder.ts";

/** What states call this module and its resources: it stays as it is. */
export interface StateName {
  module: "#providers/local/service.ts";
  type: "local:Service";
}

export interface Inputs extends ServiceSpecification {
  /**
   * Path under the gateway's home: the state of a checkout that was moved or copied must not lead to the other one. It begins
   * with the stack's name, and moves with it.
   */
  folder: string;
  /** The software that the service runs, from this machine's cache. */
  software: Software;
  /** A command that fails if `command` could not start: it runs before what serves is stopped. */
  trial?: string[];
  /** How often it has been brought up with the same settings: 1, and one more each time it was found dead. */
  start?: number;
}

const RUNTIMES = { litellm: litellmRuntime, sagewai: sagewaiRuntime };

/** A service of this machine as a Pulumi resource. */
export const provider: Lifecycle<Inputs> = {
  /**
   * Looks whether the process of the last update is still there, so that a preview shows a crash or a reboot as the
   * one property `start` and the update brings the service back, without a `refresh` before it.
   */
  async check(olds, news) {
    const { start } = olds as Partial<Inputs>;
    if (start === undefined) return { inputs: { ...news, start: 1 } };
    const isRunning = await (await serviceProcess(olds)).isRunning();
    return { inputs: { ...news, start: isRunning ? start : start + 1 } };
  },

  async diff(_id, olds, news) {
    const changes = !isDeepStrictEqual(settings(olds), settings(news)) || olds.start !== news.start;
    return { changes, replaces: [] };
  },

  async create(inputs) {
    await (await serviceProcess(inputs)).start();
    return { id: inputs.folder, outs: inputs };
  },

  async read(id, props) {
    return { id, ...(props && { props }) };
  },

  async update(_id, olds, news) {
    const former = await serviceProcess(olds);
    await moveFolder(olds.folder, news.folder, () => former.stop());
    await replaceRunning(former, await serviceProcess(news), await trial(news));
    return { outs: news };
  },

  async delete(_id, props) {
    await (await serviceProcess(props)).destroy();
  },
};

/** Only the settings, without what the provider or the engine adds. */
function settings(inputs: Inputs): Inputs {
  const ours = Object.entries(inputs).filter(([name]) => name !== "start" && name !== "__provider");
  return Object.fromEntries(ours) as unknown as Inputs;
}

/** The process that `trial` runs in, with a folder of its own in the service's. */
async function trial(inputs: Inputs): Promise<ServiceProcess | undefined> {
  if (inputs.trial === undefined) return undefined;
  return serviceProcess({ ...inputs, command: inputs.trial, folder: `${inputs.folder}/trial` });
}

async function serviceProcess(inputs: Inputs): Promise<ServiceProcess> {
  const { software, ...specification } = settings(inputs);
  delete specification.trial;
  const venv = await pythonEnvironment(software);
  const folder = join(gatewayHome(), inputs.folder);
  const places = { data: join(folder, "data"), files: join(folder, "files"), host: "127.0.0.1" };
  const resolve = (text: string) => inPlace(text, places);
  const environment = Object.entries(specification.environment).map(([name, text]) => [name, resolve(text)] as const);
  return new ServiceProcess(
    {
      ...specification,
      folder,
      command: specification.command.map(resolve),
      prepare: specification.prepare?.map(resolve),
      environment: { ...Object.fromEntries(environment), LLM_GATEWAY_ENVIRONMENT: basename(venv) },
    },
    RUNTIMES[software](venv),
  );
}
