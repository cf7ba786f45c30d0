import { didYouMean } from "../problems/did-you-mean.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import { KNOWN_PROVIDERS } from "../schema/models.ts";
import { kindOf, kindOfModel, prefixesOf, prefixOf, type ProviderKind } from "../schema/providers/kinds.ts";
import { FIELDS } from "../schema/providers/provider.ts";
import type { Rule, SettingsDraft } from "./rule.ts";
import { command } from "./secrets.ts";

/** Every rule of how models' providers are signed in to. */
export const providerRules: Rule[] = [
  providersAreKnown,
  modelsFitTheirProvider,
  modelsOfServersSayTheirApi,
  settingsFitTheKind,
  settingsAreWhole,
  azureIsCalledByItsResource,
  someoneSignsIn,
  identityIsGiven,
];

function providersAreKnown({ models = [], providers = {} }: SettingsDraft): SettingsProblem[] {
  const known = [...new Set([...KNOWN_PROVIDERS, ...Object.keys(providers)])];
  return models.flatMap((deployment, index) => {
    const provider = deployment?.provider;
    if (provider === undefined || known.includes(provider)) return [];
    const message = `is not a provider; write one of ${known.join(", ")}, or add it to providers`;
    return [{ path: ["models", index, "provider"], seen: provider, message: message + didYouMean(provider, known) }];
  });
}

/** A provider of the settings with what calls it; one that is only named by models has no entry. */
interface Used {
  name: string;
  entry: Entry | undefined;
  kind: ProviderKind;
  deployments: { index: number; deployment: DeploymentDraft }[];
}

type DeploymentDraft = NonNullable<NonNullable<SettingsDraft["models"]>[number]>;
type Entry = NonNullable<NonNullable<SettingsDraft["providers"]>[string]>;

function used({ models = [], providers = {} }: SettingsDraft): Used[] {
  const indexed = models.flatMap((deployment, index) => (deployment ? [{ index, deployment }] : []));
  const names = new Set([...Object.keys(providers), ...indexed.flatMap(({ deployment }) => deployment.provider ?? [])]);
  return [...names].map((name) => {
    const deployments = indexed.filter(({ deployment }) => deployment.provider === name);
    const served = deployments.flatMap(({ deployment }) => deployment.model ?? []);
    const entry = providers[name];
    return { name, entry, kind: kindOf(entry, served), deployments };
  });
}

/** Azure's key opens nothing in AWS. */
function modelsFitTheirProvider(settings: SettingsDraft): SettingsProblem[] {
  return used(settings).flatMap(({ name, entry, kind, deployments }) => {
    if (entry === undefined && !KNOWN_PROVIDERS.includes(name)) return [];
    return deployments.flatMap(({ index, deployment: { model } }) => {
      if (model === undefined) return [];
      const needed = kindOfModel(model) ?? (prefixesOf(kind).length > 0 ? "api-key" : kind);
      if (needed === kind) return [];
      const message = `does not belong to provider ${name}, which is of the kind ${kind}; ${remedy(model, kind)}, or name another provider`;
      return [{ path: ["models", index, "model"], seen: model, message }];
    });
  });
}

/** What to write for a model that its provider doesn't fit: of another cloud it needs another provider. */
function remedy(model: string, kind: ProviderKind): string {
  const needed = kindOfModel(model);
  if (needed !== undefined) return `give ${prefixOf(model)}/… a provider of the kind ${needed}`;
  const [first = "", second] = prefixesOf(kind);
  const prefixes = second === undefined ? `${first}/` : `${first}/ or ${second}/`;
  return model.includes("/") ? `write ${prefixes} in place of ${prefixOf(model)}/` : `write ${prefixes} in front`;
}

/** LiteLLM finds out how to call a model by its prefix; without one, it would run without the model. */
function modelsOfServersSayTheirApi(settings: SettingsDraft): SettingsProblem[] {
  return used(settings).flatMap(({ kind, deployments }) =>
    deployments.flatMap(({ index, deployment: { model } }) => {
      if (kind !== "server" || model === undefined || model.includes("/")) return [];
      const message = `doesn't say which API its server has; write openai/${model} for OpenAI's, hosted_vllm/ for vLLM's or ollama_chat/ for Ollama's in front`;
      return [{ path: ["models", index, "model"], seen: model, message }];
    }),
  );
}

function settingsFitTheKind(settings: SettingsDraft): SettingsProblem[] {
  const ofEntries = used(settings).flatMap(({ name, entry = {}, kind }) => {
    const fields: string[] = FIELDS[kind];
    return Object.keys(entry)
      .filter((field) => field !== "kind" && !fields.includes(field))
      .map((field) => ({ path: ["providers", name, field], message: isOf(field, kind, fields) }));
  });
  const ofModels = used(settings).flatMap(({ kind, deployments }) =>
    deployments.flatMap(({ index, deployment }) =>
      (["apiVersion", "region", "location"] as const)
        .filter((field) => field in deployment && !FIELDS[kind].includes(field))
        .map((field) => ({ path: ["models", index, field], message: isOf(field, kind, []) })),
    ),
  );
  return [...ofEntries, ...ofModels];
}

function isOf(field: string, kind: ProviderKind, fields: string[]): string {
  const kinds = Object.entries(FIELDS).filter(([, names]: [string, string[]]) => names.includes(field));
  const others = fields.length > 0 ? `; one of the kind ${kind} has ${fields.join(", ")}` : "; leave it out";
  return `is only for providers of the kind ${kinds.map(([name]) => name).join(" or ")}, and this one is of the kind ${kind}${others}`;
}

/** What each kind can't do without. */
function settingsAreWhole(settings: SettingsDraft): SettingsProblem[] {
  return used(settings).flatMap(({ name, entry, kind, deployments }) => {
    if (entry === undefined) return [];
    const missing = (field: string, message: string) => ({ path: ["providers", name, field], message });
    const isSet = (field: keyof Entry) => field in entry;
    const inEach = (field: "apiBase" | "region" | "location") =>
      deployments.length > 0 && deployments.every(({ deployment }) => field in deployment);
    const together = (field: keyof Entry, other: keyof Entry) =>
      isSet(field) && !isSet(other) ? [missing(other, `is missing; ${field} alone signs in to nothing`)] : [];
    switch (kind) {
      case "azure":
        return [
          ...(isSet("apiBase") || inEach("apiBase")
            ? []
            : [
                missing(
                  "apiBase",
                  'is missing; write that of your resource, such as "https://contoso.openai.azure.com"',
                ),
              ]),
          ...together("tenantId", "clientId"),
          ...together("clientId", "tenantId"),
          ...together("clientSecret", "clientId"),
        ];
      case "server":
        return isSet("apiBase") || inEach("apiBase")
          ? []
          : [missing("apiBase", 'is missing; write where the server is, such as "http://vllm.models.svc/v1"')];
      case "bedrock":
        return [
          ...(isSet("region") || inEach("region")
            ? []
            : [missing("region", "is missing; write the region of AWS, such as eu-central-1")]),
          ...together("accessKeyId", "secretAccessKey"),
          ...together("secretAccessKey", "accessKeyId"),
          ...together("sessionToken", "accessKeyId"),
          ...together("roleSessionName", "roleArn"),
          ...together("externalId", "roleArn"),
        ];
      case "vertex":
        return [
          ...(isSet("project") ? [] : [missing("project", "is missing; write the id of the project in Google Cloud")]),
          ...(isSet("location") || inEach("location")
            ? []
            : [missing("location", "is missing; write where its models run, such as europe-west4 or global")]),
        ];
      case "api-key":
        return [];
    }
  });
}

/**
 * Azure's portal shows the URL of one deployment (`…/openai/deployments/gpt-4o/chat/completions?api-version=…`). LiteLLM adds to
 * what it is told, so that each call of such a URL would be answered with 404.
 */
function azureIsCalledByItsResource(settings: SettingsDraft): SettingsProblem[] {
  return used(settings).flatMap(({ name, entry, deployments }) => {
    const ofOpenAI = deployments.filter(
      ({ deployment: { model } }) => model !== undefined && prefixOf(model) === "azure",
    );
    if (ofOpenAI.length === 0) return [];
    return [
      { path: ["providers", name, "apiBase"], url: entry?.apiBase },
      ...ofOpenAI.map(({ index, deployment }) => ({ path: ["models", index, "apiBase"], url: deployment.apiBase })),
    ].flatMap(({ path, url }) => {
      const { origin = "", pathname = "", search = "" } = url === undefined ? {} : new URL(url);
      if (!/^\/openai(\/|$)/.test(pathname) && search === "") return [];
      const message = `is the URL of one call; write that of the resource, ${origin}, and the version as apiVersion`;
      return [{ path, message }];
    });
  });
}

/** How a kind is signed in to without a key, for those who have set nothing. */
const SIGN_IN: Partial<Record<ProviderKind, string>> = { azure: "tenantId, clientId and clientSecret" };

/** Only platform local answers by itself where nothing signs in; a pod may have an identity of its own. */
function someoneSignsIn(settings: SettingsDraft): SettingsProblem[] {
  if ((settings.platform ?? "local") === "local") return [];
  return used(settings).flatMap(({ name, entry = {}, kind, deployments }) => {
    if (deployments.length === 0 || kind === "server" || kind === "bedrock" || kind === "vertex") return [];
    if ("apiKey" in entry || (kind === "azure" && ("tenantId" in entry || "clientId" in entry))) return [];
    const path = ["providers", name, "apiKey"];
    const instead = SIGN_IN[kind] === undefined ? "" : `, or write ${SIGN_IN[kind]}`;
    const message = `is missing; set it with \`${command(path)}\`${instead}, because only platform local gives mock answers`;
    return [{ path, message }];
  });
}

/** A pod is nobody in a cloud unless it is told who: on platform gcp, Vertex AI knows it by itself. */
function identityIsGiven(settings: SettingsDraft): SettingsProblem[] {
  const { platform = "local", kubernetes } = settings;
  if (platform === "local" || (kubernetes?.litellm && "identity" in kubernetes.litellm)) return [];
  return used(settings).flatMap(({ name, entry = {}, kind, deployments }) => {
    if (deployments.length === 0) return [];
    const remedy = "or write what makes LiteLLM's pods somebody there under kubernetes.litellm.identity";
    const missing = (field: keyof Entry, what: string) => [
      { path: ["providers", name, field], message: `is missing; set ${what}, ${remedy}` },
    ];
    if (kind === "bedrock" && !("apiKey" in entry) && !("accessKeyId" in entry)) {
      return missing("accessKeyId", "it with secretAccessKey, or apiKey");
    }
    if (kind === "vertex" && platform !== "gcp" && !("credentials" in entry)) return missing("credentials", "it");
    if (kind === "azure" && "clientId" in entry && !("clientSecret" in entry) && !("apiKey" in entry)) {
      return missing("clientSecret", "it");
    }
    return [];
  });
}
