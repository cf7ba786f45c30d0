import { describe, expect, it } from "vitest";
import * as yaml from "yaml";

import { settingsJsonSchema } from "../../config/schema/json-schema.ts";
import { type JsonSchema, schemaAt } from "../../config/schema/schema-at.ts";
import { litellmConfig } from "../../config/litellm-config.ts";
import { isMapping } from "../../config/problems/mapping.ts";
import { parseSettings } from "../../config/settings.ts";
import { messageOf, minimal, problemsOf, rawConfig } from "./stack.ts";

const REFERENCES = [
  "os.environ/LITELLM_MASTER_KEY",
  " os.environ/LITELLM_MASTER_KEY",
  "Bearer os.environ/LITELLM_MASTER_KEY",
  "oidc/env/LITELLM_MASTER_KEY",
  "oidc/file//var/run/secrets/token",
  "oidc/google/https://attacker.example",
  "$(ADMIN_PASSWORD)",
  "fernet:gAAAAA",
  "{data}/admin-state.json",
];

/** A place in the settings where a text may stand: as a value, or as a name. */
interface Place {
  path: string;
  settings: (text: string) => unknown;
}

/** Every place of the schema where a text may stand, and each mapping whose names are the user's. */
function placesOf(schema: JsonSchema, path = ""): Place[] {
  const { type, anyOf = [], items, additionalProperties } = schema;
  const own: Place[] = type === "string" ? [{ path, settings: (text) => text }] : [];
  const alternatives = anyOf.flatMap((one) => placesOf(one, path));
  const named = Object.keys(schema.properties ?? {}).flatMap((name) =>
    wrap(schemaAt(schema, name), `${path}.${name}`, (inner) => ({ [name]: inner })),
  );
  const entries = isMapping(additionalProperties)
    ? [
        ...wrap(additionalProperties, `${path}.*`, (inner) => ({ entry: inner })),
        { path: `${path}, a name`, settings: (text: string) => ({ [text]: {} }) },
      ]
    : [];
  const listed = isMapping(items) ? wrap(items, `${path}[]`, (inner) => [inner]) : [];
  return [...own, ...alternatives, ...named, ...entries, ...listed];
}

function wrap(schema: JsonSchema | undefined, path: string, around: (inner: unknown) => unknown): Place[] {
  return schema === undefined
    ? []
    : placesOf(schema, path).map((place) => ({ ...place, settings: (text) => around(place.settings(text)) }));
}

/** A program, which is a file of its own that nobody replaces anything in. */
const HANDLER = ".pools.*.handler";

const ALL_PLACES = placesOf(settingsJsonSchema);
const PLACES = ALL_PLACES.filter(({ path }) => path !== HANDLER);

describe("a text of the settings", () => {
  it("may stand in every place that the schema has one", () => {
    // Were a kind of schema overlooked, these would be fewer.
    expect(PLACES.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        ".models[].mockResponse",
        ".providers.*.apiKey",
        ".projects.*.metadata.*",
        ".projects.*.metadata, a name",
        ".projects.*.overlap",
        ".pools.*.labels.*",
        ".sagewai.organization",
        ".kubernetes.postgres.adminUser",
        ".kubernetes.redis.sentinel.nodes[].host",
        ".kubernetes.access.loadBalancer.annotations.*",
        ".gcp.access.certificate.chain",
        ".gcp.alerts.emails[]",
      ]),
    );
  });

  it.each(PLACES)("is no reference at $path", ({ settings }) => {
    for (const reference of REFERENCES) {
      const problems = problemsOf(settings(reference) as Record<string, unknown>);
      expect(problems.filter((line) => line.includes("write the text itself, without it"))).toHaveLength(1);
    }
  });

  it("may hold anything where it is a pool's handler", () => {
    expect(ALL_PLACES.map(({ path }) => path)).toContain(HANDLER);
    const handler = 'print(f"{data} {files}", "$(date)", "os.environ/X")';
    expect(problemsOf({ pools: { a: { models: ["gpt-4o"], budget: 1, handler } } })).toEqual([]);
  });

  it("is told apart from one that only looks like it", () => {
    const metadata = {
      a: "see os.environ",
      b: "the oidc/ folder",
      c: "${HOME}",
      d: "{{ name }}",
      e: "costs $ (a lot)",
    };
    expect(problemsOf({ projects: { team: { models: ["gpt-4o"], budget: 1, metadata } } })).toEqual([]);
  });

  it("is not shown where it is a secret", () => {
    const providers = { openai: { apiKey: "oidc/env/SECRET" } };
    expect(problemsOf({ providers }, ["llm-gateway:providers"])).toEqual([
      "providers.openai.apiKey: [secret] contains oidc/, which LiteLLM replaces with a variable, the content of a file, or a token of the machine; write the text itself, without it",
    ]);
  });
});

describe("litellm-config.yaml", () => {
  const apiKey = "sk-provider-key";
  const providers = { openai: { apiKey }, anthropic: { apiKey } };
  const settingsOf = (settings: object) =>
    parseSettings(rawConfig({ ...minimal, providers, ...settings }), ["llm-gateway:providers"]);
  const textOf = (settings: object) => litellmConfig(settingsOf(settings));

  it.each(PLACES)("names no variable that the settings don't declare, whatever they say at $path", ({ settings }) => {
    for (const reference of [...REFERENCES, "${LITELLM_MASTER_KEY}", "{{ LITELLM_MASTER_KEY }}"]) {
      const given = settings(reference) as object;
      if (messageOf(() => settingsOf(given)) !== "") continue;
      const declared = Object.keys(settingsOf(given).providerSecrets);
      expect(referencesIn(textOf(given)).filter((name) => !declared.includes(name))).toEqual([]);
    }
  });

  it("has no section of LiteLLM's that reads other places", () => {
    expect(Object.keys(yaml.parse(textOf({})) as object)).toEqual([
      "model_list",
      "router_settings",
      "litellm_settings",
      "general_settings",
    ]);
  });
});

/** The variables that a configuration of LiteLLM refers to. */
function referencesIn(text: string): string[] {
  return [...text.matchAll(/os\.environ\/(\w+)|oidc\/(\S+)/gi)].map(([, name, other]) => name ?? other ?? "");
}
