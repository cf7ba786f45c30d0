import { pulumiCli } from "../toolchain/pulumi/cli.ts";
import { pythonEnvironment } from "../toolchain/python/environment.ts";

/** Brings all that the local stack runs on; what is in the cache already costs nothing. */
export async function prepareMachine(): Promise<void> {
  await Promise.all([pulumiCli(), pythonEnvironment("litellm"), pythonEnvironment("sagewai")]);
}
