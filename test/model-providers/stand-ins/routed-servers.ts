import { answerTo } from "../../security/provider-answers.ts";
import type { ProviderAnswer } from "../../security/answers/provider-answer.ts";
import type { StandIn } from "../test-internet.ts";

/** The errors of OpenAI's API that routing tells apart, each by a server that answers nothing else. */
const ERRORS: Record<string, [status: number, code: string, message: string]> = {
  broken: [500, "server_error", "The server had an error while processing your request."],
  short: [
    400,
    "context_length_exceeded",
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
  ],
  picky: [400, "content_policy_violation", "Your request was rejected as a result of our safety system."],
};

/** The servers by host: those that work are named after nothing. */
export function routedServers(working: readonly string[]): Record<string, StandIn> {
  const servers: [string, StandIn][] = [
    ...Object.entries(ERRORS).map(([name, error]): [string, StandIn] => [hostOf(name), () => refusal(...error)]),
    ...working.map((name): [string, StandIn] => [hostOf(name), ({ path, body }) => answerTo(path, body)]),
  ];
  return Object.fromEntries(servers);
}

/** Where a server listens. */
export const hostOf = (name: string) => `${name}.models.svc`;

function refusal(status: number, code: string, message: string): ProviderAnswer {
  const error = { message, type: status === 400 ? "invalid_request_error" : "server_error", param: "messages", code };
  return { status, content: JSON.stringify({ error }) };
}
