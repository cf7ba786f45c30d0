import * as z from "zod";

import type { Deployment, ModelDeployment } from "./deployment.ts";
import { type Answer, litellmError, question, read, seeLog, send, shorten, unexpected } from "./http.ts";
import { row, Untried, type Row } from "./result-row.ts";

/** Kinds of models, in LiteLLM's list, that answer a question. */
const ANSWERING = ["chat", "responses"];

const modelInfo = z.object({
  data: z.array(z.object({ model_info: z.object({ id: z.string(), mode: z.string().nullish() }) })),
});

/** A deployment, under the name that clients use. */
type Named = ModelDeployment & { name: string };

interface Failure {
  deployment: Named;
  status: number;
  message: string;
}

export interface ProviderCheck {
  rows: Promise<Row>[];
  /** By the models that a provider fails to answer: the check that says so. */
  failing: Promise<Map<string, string>>;
}

/**
 * The providers: that each deployment answers that isn't mocked, also one whose place another one takes. Whatever fails at a
 * provider is told here, once, and not of each key that meets it.
 */
export function providerChecks(deployment: Deployment): ProviderCheck {
  const deployments = deployment.models.flatMap(({ name, deployments: those }) =>
    those.filter(({ mocked }) => !mocked).map((one) => ({ ...one, name })),
  );
  const modes = modesOf(deployment, deployments);
  const checks = [...new Set(deployments.map(({ provider }) => provider))].map((provider) => {
    const asked = modes.then((known) =>
      deployments.filter((one) => one.provider === provider && answersQuestions(known.get(one.id))),
    );
    const failures = asked.then(async (own) => {
      const all = await Promise.all(own.map(async (one) => ask(deployment, one, (await modes).get(one.id))));
      return all.filter((failure) => failure !== undefined);
    });
    return { check: `provider ${provider} answers`, asked, failures };
  });
  return {
    rows: checks.map(({ check, asked, failures }) =>
      row(check, async () => {
        const found = await failures;
        if (found.length > 0) throw new Error(told(deployment, found));
        const own = await asked;
        if (own.length === 0) throw new Untried("None of its models answers questions, so none was asked.");
        return own.map(title).join(", ");
      }),
    ),
    failing: namesOf(checks),
  };
}

/** What a provider said that refused a request, or that it didn't answer; undefined if the proxy itself refused it. */
export function fromProvider(answer: Answer): string | undefined {
  const [, said] = /^litellm\.(.*?)(?:\n|$)/.exec(litellmError(answer)?.message ?? "") ?? [];
  const text = said?.replace(/^[\w.: ]*Exception - /, "");
  return text === undefined ? undefined : (litellmError({ ...answer, text })?.message ?? text);
}

/** What each deployment is for; unknown for what LiteLLM's list lacks. */
async function modesOf({ gateway, masterKey }: Deployment, deployments: Named[]): Promise<Map<string, string>> {
  if (deployments.length === 0) return new Map();
  const { data } = read(modelInfo, await send(gateway, "/model/info", { token: masterKey }));
  return new Map(data.flatMap(({ model_info: { id, mode } }) => (mode ? [[id, mode] as const] : [])));
}

function answersQuestions(mode: string | undefined): boolean {
  return mode === undefined || ANSWERING.includes(mode);
}

async function ask(
  { gateway, masterKey }: Deployment,
  deployment: Named,
  mode: string | undefined,
): Promise<Failure | undefined> {
  const answer = await send(gateway, "/v1/chat/completions", { token: masterKey, body: question(deployment.id) });
  const { status } = answer;
  const said = fromProvider(answer);
  if (status !== 200 && said === undefined) throw new Error(`${unexpected(answer)}. ${seeLog(gateway)}`);
  // A model that LiteLLM doesn't know may be one that answers no question; its provider took the key, at least.
  if (status === 200 || status === 400 || (status === 404 && mode === undefined)) return undefined;
  return { deployment, status, message: shorten(said ?? "") };
}

async function namesOf(checks: { check: string; failures: Promise<Failure[]> }[]): Promise<Map<string, string>> {
  const found = await Promise.all(
    checks.map(async ({ check, failures }) => {
      const failed = await failures.catch(() => []);
      return failed.map(({ deployment }) => [deployment.name, check] as const);
    }),
  );
  return new Map(found.flat());
}

function told({ stack, gateway }: Deployment, failures: Failure[]): string {
  const refused = failures.filter(({ status }) => status === 401);
  const others = failures.filter(({ status }) => status !== 401);
  const provider = failures[0]?.deployment.provider ?? "";
  const command = `npm run pulumi -- config set --stack ${stack} --path --secret llm-gateway:providers.${provider}.apiKey`;
  return [
    ...(refused.length > 0
      ? [
          `It refuses its API key, with which ${refused.map(({ deployment }) => title(deployment)).join(", ")} ${refused.length > 1 ? "are" : "is"} called: "${refused[0]?.message ?? ""}" Set the right one with \`${command}\`, and bring the stack up again.`,
        ]
      : []),
    ...others.map(({ deployment, status, message }) => `${title(deployment)} answers ${status}: ${message}`),
    ...(others.length > 0 ? [seeLog(gateway)] : []),
  ].join(" ");
}

function title({ name, model }: Named): string {
  return `${name} (${model})`;
}
