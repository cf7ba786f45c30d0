import { ApiError } from "../api-call.ts";

/** Characters of an answer that an error message shows. */
const SHOWN = 500;

/** LiteLLM's answer, when it is not a success. */
export class LiteLlmError extends ApiError {
  override readonly name = "LiteLlmError";
  /** Whether LiteLLM says that there is no such key: other servers on its port answer 404 to everything that they don't know. */
  readonly isMissing: boolean;

  constructor(call: string, status: number, body: string) {
    super(`LiteLLM answered ${status} to ${call}: ${explain(status) ?? reason(body)}`, status);
    this.isMissing = status === 404 && isLiteLlms(body);
  }
}

function explain(status: number): string | undefined {
  if (status !== 401) return undefined;
  return "it does not accept the master key. If the key was changed, run `pulumi up`, which gives the new one to all.";
}

interface ErrorBody {
  error?: { message?: unknown };
  detail?: unknown;
}

/** Whether an error has one of LiteLLM's own shapes. */
function isLiteLlms(body: string): boolean {
  try {
    const { error, detail } = JSON.parse(body) as ErrorBody;
    return error?.message !== undefined || (typeof detail === "object" && detail !== null);
  } catch {
    return false;
  }
}

/** The message inside LiteLLM's several shapes of error. */
function reason(body: string): string {
  try {
    const { error, detail } = JSON.parse(body) as ErrorBody;
    const message = error?.message ?? detail;
    return shorten(typeof message === "string" ? message : JSON.stringify(message ?? body));
  } catch {
    return shorten(body);
  }
}

/** An answer as a message shows it. */
export function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
}
