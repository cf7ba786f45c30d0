import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

import { whyDecided } from "../../config/litellm/decided-names.ts";
import { litellmConfig } from "../../config/litellm-config.ts";
import { parseSettings } from "../../config/settings.ts";
import { yamlForPython } from "../../config/yaml-for-python.ts";
import { minimal, rawConfig } from "../config/stack.ts";
import { exampleNames, exampleSettings, valueOf } from "./examples.ts";
import { type Configuration, type Loaded, loaded } from "./loaded.ts";
import { sayable, SHAPES } from "./shapes.ts";

/** LiteLLM's own configuration of the smallest settings. */
const SMALLEST = { model_list: [{ model_name: "gpt-4o", litellm_params: { model: "gpt-4o", api_key: "none" } }] };

/** What follows from several deployments of a name, and from where the time for a request is said. */
const DERIVED = ["router.model_group_retry_policy", "router.default_litellm_params"];

const results = new Map<string, { original: Loaded; own: Loaded }>();
/** What this program decides by itself, whatever the settings say: what it has beside LiteLLM's own defaults. */
let decided: Set<string>;

beforeAll(async () => {
  const configurations = await Promise.all(
    exampleNames.map(async (name) => [await originalOf(name), await ownOf(name)] as const),
  );
  const smallest = { text: yamlForPython(SMALLEST), environment: {} };
  const program = {
    text: litellmConfig(
      parseSettings(rawConfig({ ...minimal, providers: { openai: { apiKey: "none" } } }), ["llm-gateway:providers"]),
    ),
    environment: { MODEL_KEY_OPENAI: "none" },
  };
  const all = await loaded([smallest, program, ...configurations.flat()]);
  const [defaults, ours, ...rest] = all;
  if (!defaults || !ours) throw new Error("LiteLLM loaded nothing");
  decided = new Set([...DERIVED, ...Object.keys(differences(flat(defaults), flat(ours)))]);
  for (const [index, name] of exampleNames.entries()) {
    const [first, second] = [rest[2 * index], rest[2 * index + 1]];
    if (!first || !second) throw new Error(`LiteLLM didn't load ${name}`);
    results.set(name, { original: first, own: second });
  }
}, 900_000);

describe.each(exampleNames)("the example %s is to LiteLLM what its own file of that shape is", (name) => {
  const both = () => {
    const found = results.get(name);
    if (!found) throw new Error(`${name} isn't loaded`);
    return found;
  };

  it("in its models, and in what calls them", () => {
    const { original, own } = both();
    expect(own.models.map(deployment)).toEqual(original.models.map(deployment));
  });

  it("in what /model/info says of them", () => {
    const { original, own } = both();
    expect(own.modelInfo.map(deployment)).toEqual(original.modelInfo.map(deployment));
  });

  it("in routing, settings, cache and guardrails", () => {
    const { original, own } = both();
    const said = new Set(saidBy(sayable(name)));
    const found = Object.entries(differences(flat(original), flat(own)))
      .filter(([path]) => said.has(path) || !decided.has(path))
      .map(([path, [, value]]) => [path, value]);
    expect(Object.fromEntries(found)).toEqual(SHAPES[name]?.besides ?? {});
    expect(own.cache).toEqual(original.cache);
    expect(own.guardrails).toEqual(original.guardrails);
    expect(own.variables).toEqual(original.variables);
  });
});

/** A file of LiteLLM's, with the values that the example's secrets have. */
async function originalOf(name: string): Promise<Configuration> {
  const file = sayable(name);
  const entries = Object.entries(SHAPES[name]?.variables ?? {}).map(
    ([variable, source]) => [variable, source.startsWith("=") ? source.slice(1) : valueOf(source)] as const,
  );
  return {
    text: yamlForPython(file),
    environment: Object.fromEntries(entries),
    variables: Object.keys((file["environment_variables"] as object | undefined) ?? {}),
    files: await filesOf(name),
  };
}

/** What this program makes of an example, as LiteLLM's process gets it. */
async function ownOf(name: string): Promise<Configuration> {
  const settings = exampleSettings(name);
  const { password } = settings.kubernetes.redis ?? {};
  const files = await filesOf(name);
  return {
    text: litellmConfig(settings),
    environment: {
      ...settings.litellm.environment,
      ...(await known({
        ...settings.providerSecrets,
        ...settings.secrets,
        ...(password && { REDIS_PASSWORD: password }),
      })),
      ...Object.fromEntries(Object.keys(files).map((file) => [file, `{files}/${file}`])),
    },
    variables: Object.keys((sayable(name)["environment_variables"] as object | undefined) ?? {}),
    files,
  };
}

function filesOf(name: string): Promise<Record<string, string>> {
  return known(exampleSettings(name).secretFiles);
}

function known(outputs: Record<string, pulumi.Input<string>>): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    pulumi.output(outputs).apply(resolve);
  });
}

/**
 * What calls a deployment, without what differs for a reason: its id; prices, which this program has among its info, where no
 * other deployment gets them; and the key of a server that needs none, which is any word.
 */
function deployment({ model_name: name, litellm_params: params, model_info: info }: Loaded["models"][number]) {
  const isPrice = ([key]: [string, unknown]) => /cost/.test(key);
  const isKeyOfNoUse = ([key, value]: [string, unknown]) =>
    key === "api_key" && ["none", "dummy"].includes(String(value));
  const entries = Object.entries(params);
  return {
    name,
    params: Object.fromEntries(entries.filter((entry) => !isPrice(entry) && !isKeyOfNoUse(entry))),
    info: Object.fromEntries(
      [...Object.entries(info), ...entries.filter(isPrice)].filter(([key, value]) => key !== "id" && value !== null),
    ),
  };
}

/** The values of a loaded configuration by section and name, without those that another name says: the router has them. */
function flat({ router, settings, general }: Loaded): Map<string, unknown> {
  const isOther = (name: string) => /^is the setting/.test(whyDecided("settings", name) ?? "");
  return new Map([
    ...Object.entries(router).map(([name, value]) => [`router.${name}`, value] as const),
    ...Object.entries(settings)
      .filter(([name]) => !isOther(name))
      .map(([name, value]) => [`settings.${name}`, name === "callbacks" ? withoutOwn(value) : value] as const),
    ...Object.entries(general).map(([name, value]) => [`general.${name}`, value] as const),
  ]);
}

/** Without the callbacks that this program needs. */
function withoutOwn(callbacks: unknown): unknown {
  const own = ["ProjectParameters", "DeploymentChoice"];
  return Array.isArray(callbacks) ? callbacks.filter((one) => !own.includes(String(one))) : callbacks;
}

function differences(before: Map<string, unknown>, after: Map<string, unknown>): Record<string, [unknown, unknown]> {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return Object.fromEntries(
    paths.flatMap((path) => {
      const both: [unknown, unknown] = [before.get(path), after.get(path)];
      return JSON.stringify(both[0]) === JSON.stringify(both[1]) ? [] : [[path, both]];
    }),
  );
}

/** The paths of what a file of LiteLLM's says by itself; what stands among its settings for all calls is the router's, too. */
function saidBy(file: Record<string, unknown>): string[] {
  const names = (section: string) => Object.keys((file[section] as object | undefined) ?? {});
  return [
    ...names("router_settings").map((name) => `router.${name}`),
    ...names("litellm_settings").flatMap((name) => [
      `settings.${name}`,
      `router.${name === "request_timeout" ? "timeout" : name}`,
    ]),
    ...names("general_settings").map((name) => `general.${name}`),
  ];
}
