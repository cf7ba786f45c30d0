import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Api, call } from "./calls.ts";
import { type PodToken, PodTokens } from "./pod-tokens.ts";
import { providersGateway, type ProvidersGateway } from "./providers-gateway.ts";
import type { AccessKey } from "./stand-ins/aws-signature.ts";
import { azureOpenAi, entraId } from "./stand-ins/azure.ts";
import { bedrock } from "./stand-ins/bedrock.ts";
import { podIdentityAgent } from "./stand-ins/pod-identity-agent.ts";
import { sts } from "./stand-ins/sts.ts";
import type { Reached, StandIn, TestInternet } from "./test-internet.ts";

/** Where AWS's and Azure's clusters write a pod's tokens, and for whom they are. */
const IRSA = { path: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token", audience: "sts.amazonaws.com" };
const POD_IDENTITY = {
  path: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
  audience: "pods.eks.amazonaws.com",
};
const AZURE = {
  path: "/var/run/secrets/azure/tokens/azure-identity-token",
  audience: "api://AzureADTokenExchange",
};

/** The role that the pods have, and one that may be assumed by it. */
const POD_ROLE = "arn:aws:iam::123456789012:role/llm-gateway";
const ROLE = { arn: "arn:aws:iam::210987654321:role/models", externalId: "acme-4711" };

/** Where the cluster is; each model is somewhere else, where only one of both roles may call it. */
const CLUSTER = "eu-north-1";
const [OF_POD_ROLE, OF_OTHER_ROLE] = ["eu-central-1", "eu-west-3"];
const STS = `sts.${CLUSTER}.amazonaws.com`;
const [BEDROCK, BEDROCK_OF_ROLE] = [OF_POD_ROLE, OF_OTHER_ROLE].map(
  (region) => `bedrock-runtime.${region}.amazonaws.com`,
) as [string, string];
const AGENT = "127.0.0.1";

/** Azure's side. */
const ENTRA = "login.microsoftonline.com";
const CONTOSO = "contoso.openai.azure.com";

const CLAUDE = "bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
const MODELS = [
  { name: "pod-claude", model: CLAUDE, provider: "aws-pod" },
  { name: "role-claude", model: CLAUDE, provider: "aws-role" },
];
const PROVIDERS = {
  "aws-pod": { region: OF_POD_ROLE },
  "aws-role": { region: OF_OTHER_ROLE, roleArn: ROLE.arn, externalId: ROLE.externalId },
};

/** What EKS's webhook sets with both kinds of identity. */
const REGION = { AWS_REGION: CLUSTER, AWS_DEFAULT_REGION: CLUSTER, AWS_STS_REGIONAL_ENDPOINTS: "regional" };

/** AWS's side: what takes no keys but those that it has lent. */
function aws(tokens: PodTokens, token: PodToken): Record<string, StandIn> {
  const podKeys: Record<string, AccessKey> = {};
  const roleKeys: Record<string, AccessKey> = {};
  const trusts = (text: string) => tokens.isValid(text, token);
  return {
    [STS]: sts(CLUSTER, ROLE, podKeys, roleKeys, { arn: POD_ROLE, trusts, lent: podKeys }),
    [BEDROCK]: bedrock(OF_POD_ROLE, { keys: podKeys }),
    [BEDROCK_OF_ROLE]: bedrock(OF_OTHER_ROLE, { keys: roleKeys }),
    [AGENT]: podIdentityAgent(trusts, podKeys),
  };
}

let tokens: PodTokens;
let gateway: ProvidersGateway;

async function start(
  held: readonly PodToken[],
  { models, providers }: { models: { name: string }[]; providers: object },
  hosts: (tokens: PodTokens) => Record<string, StandIn>,
  environment: (internet: TestInternet) => Record<string, string>,
) {
  tokens = await PodTokens.create(held);
  gateway = await providersGateway(models, { providers }, hosts(tokens), (internet) => ({
    environment: environment(internet),
    enter: tokens.enter,
  }));
}

async function stop() {
  await gateway.delete();
  await tokens.delete();
}

/** A call of the project's, and whom it made LiteLLM ask with what success. */
async function ask(api: Api, model: string) {
  const { path, body, answer } = call(api, model);
  const { result, received, strangers } = await gateway.internet.during(() =>
    gateway.gateway.send(path, { key: gateway.gateway.keys["team"], body }),
  );
  expect({ status: result.status, strangers, text: result.text }).toEqual({
    ...{ status: 200, strangers: [], text: expect.stringContaining(answer) as string },
  });
  return received;
}

/** What was asked for, without what was refused: LiteLLM asks AWS for its own name, which it does without. */
const asked = (received: Reached[]) =>
  received
    .filter(({ status }) => status === 200)
    .map(({ host, body }) => (host === STS ? (new URLSearchParams(body).get("Action") ?? "") : host));

describe("a pod of EKS with a role (IRSA), and of AKS with a workload identity", () => {
  const application = {
    tenantId: "11111111-2222-3333-4444-555555555555",
    clientId: "66666666-7777-8888-9999-000000000000",
  };
  const contoso = { ...application, apiBase: `https://${CONTOSO}`, apiVersion: "2025-04-01-preview" };
  const models = [
    { name: "gpt", model: "azure/prod", provider: "contoso", info: { base_model: "azure/gpt-4o" } },
    {
      ...{ name: "gpt-v1", model: "azure/prod", provider: "contoso", apiVersion: "v1" },
      info: { base_model: "azure/gpt-4o" },
    },
    {
      ...{ name: "painter", model: "azure/painter", provider: "contoso" },
      info: { base_model: "azure/gpt-image-1", mode: "image_generation" },
    },
  ];
  const entraTokens = new Set<string>();

  beforeAll(async () => {
    await start(
      [IRSA, AZURE],
      { models: [...MODELS, ...models], providers: { ...PROVIDERS, contoso } },
      (podTokens) => ({
        ...aws(podTokens, IRSA),
        [CONTOSO]: azureOpenAi({
          ...{ tokens: entraTokens, apiVersion: contoso.apiVersion },
          deployments: ["prod", "painter"],
        }),
        [ENTRA]: entraId({ ...application, trusts: (token) => podTokens.isValid(token, AZURE) }, entraTokens),
      }),
      () => ({
        ...{ ...REGION, AWS_ROLE_ARN: POD_ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: IRSA.path },
        // The annotation's, which are those of another provider.
        ...{ AZURE_CLIENT_ID: "99999999-0000-0000-0000-000000000000", AZURE_TENANT_ID: application.tenantId },
        ...{ AZURE_FEDERATED_TOKEN_FILE: AZURE.path, AZURE_AUTHORITY_HOST: `https://${ENTRA}/` },
      }),
    );
  }, 600_000);

  afterAll(stop);

  it("calls Bedrock as its role", async () => {
    expect(asked(await ask("chat", "pod-claude"))).toEqual(["AssumeRoleWithWebIdentity", BEDROCK]);
    expect(asked(await ask("messages", "pod-claude"))).toEqual([BEDROCK]);
  });

  it("assumes another role by that one, and calls Bedrock as the other", async () => {
    const expected = ["AssumeRoleWithWebIdentity", "AssumeRole", BEDROCK_OF_ROLE];
    expect(asked(await ask("chat", "role-claude"))).toEqual(expected);
    expect(asked(await ask("messages", "role-claude"))).toEqual([BEDROCK_OF_ROLE]);
  });

  it.for([
    ["chat", "gpt"],
    ["messages", "gpt"],
    ["responses", "gpt"],
    ["chat", "gpt-v1"],
    ["images", "painter"],
  ] as const)("calls Azure as its application, and signs in again when it must: %s of %s", async ([api, model]) => {
    await ask(api, model);
    expect(asked(await ask(api, model))).toEqual([CONTOSO]);
    await tokens.replace(AZURE);
    // Their time is over.
    entraTokens.clear();
    expect(asked(await ask(api, model))).toEqual([ENTRA, CONTOSO]);
  });
});

describe("a pod of EKS with a Pod Identity", () => {
  beforeAll(async () => {
    await start(
      [POD_IDENTITY],
      { models: MODELS, providers: PROVIDERS },
      (podTokens) => aws(podTokens, POD_IDENTITY),
      // EKS's is http://169.254.170.23/v1/credentials, where AWS's library goes past proxies, so nothing can stand in.
      ({ url }) => ({
        ...{ ...REGION, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials` },
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: POD_IDENTITY.path,
      }),
    );
  }, 600_000);

  afterAll(stop);

  it("calls Bedrock as its role", async () => {
    expect(asked(await ask("chat", "pod-claude"))).toEqual([AGENT, BEDROCK]);
    expect(asked(await ask("messages", "pod-claude"))).toEqual([BEDROCK]);
  });

  it("assumes another role by that one, and calls Bedrock as the other", async () => {
    const made = asked(await ask("chat", "role-claude"));
    expect(made.filter((one) => one !== AGENT)).toEqual(["AssumeRole", BEDROCK_OF_ROLE]);
    expect(asked(await ask("messages", "role-claude"))).toEqual([BEDROCK_OF_ROLE]);
  });
});
