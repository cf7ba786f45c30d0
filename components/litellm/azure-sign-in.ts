import { programs } from "./programs.ts";

/**
 * What a LiteLLM process needs besides where it signs in to Azure by a pod's token: a Python program, and the variable that
 * starts it after what is started anyway.
 */
export function azureSignIn({ LITELLM_WORKER_STARTUP_HOOKS: others = "" }: Record<string, string>): {
  files: Record<string, string>;
  environment: Record<string, string>;
} {
  return {
    files: programs("azure_sign_in.py"),
    environment: { LITELLM_WORKER_STARTUP_HOOKS: `${others},azure_sign_in:install` },
  };
}
