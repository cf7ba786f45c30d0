import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import * as z from "zod";

import { mockModels } from "../../components/litellm/mock-models.ts";
import { requestGuard } from "../../components/litellm/request-guard.ts";
import { KNOWN_NAMES } from "../../config/litellm/known-names.ts";
import { clientRoutes } from "../../config/schema/routes.ts";
import { litellmEnvironment } from "../toolchain/prisma/litellm.ts";

/** A configuration of LiteLLM, and the variables that its process has for it. */
export interface Configuration {
  text: string;
  environment: Record<string, string>;
  /** Variables of the process whose values are asked for. */
  variables?: readonly string[];
  /** Files next to the configuration, by name. */
  files?: Record<string, string>;
}

const values = z.record(z.string(), z.unknown());

const Loaded = z.object({
  models: z.array(z.object({ model_name: z.string(), litellm_params: values, model_info: values })),
  modelInfo: z.array(z.object({ model_name: z.string(), litellm_params: values, model_info: values })),
  router: values,
  settings: values,
  general: values,
  cache: values.nullable(),
  guardrails: z.array(z.unknown()),
  variables: z.record(z.string(), z.string().nullable()),
});

/** What LiteLLM has in its process after it has loaded a configuration. */
export type Loaded = z.output<typeof Loaded>;

/** Loads configurations with the real LiteLLM, each in a process of its own; `{files}` in a variable is its folder. */
export async function loaded(configurations: readonly Configuration[]): Promise<Loaded[]> {
  const folder = await mkdtemp(join(tmpdir(), "llm-gateway-examples-"));
  try {
    const guard = requestGuard({ routes: clientRoutes([]), projectParameters: [] });
    const files = await Promise.all(
      configurations.map(async ({ text, environment, variables: asked = [], files: own = {} }, index) => {
        const home = join(folder, String(index));
        await mkdir(home);
        const contents = { ...guard.files, ...mockModels(), ...own, "config.yaml": text };
        for (const [name, content] of Object.entries(contents)) await writeFile(join(home, name), content);
        const process = { ...guard.environment, ...environment };
        return {
          path: join(home, "config.yaml"),
          variables: asked,
          environment: Object.fromEntries(
            Object.entries(process).map(([name, value]) => [name, value.replaceAll("{files}", home)]),
          ),
        };
      }),
    );
    const { stdout } = await execa("python", [join(import.meta.dirname, "loaded_configurations.py")], {
      env: await litellmEnvironment("postgresql://nobody@127.0.0.1:1/none"),
      input: JSON.stringify({ files, names: Object.keys(KNOWN_NAMES.settings) }),
    });
    const results = z
      .array(z.union([Loaded, z.object({ error: z.string() })]))
      .parse(JSON.parse(stdout.split("\n").at(-1) ?? ""));
    return results.map((one, index): Loaded => {
      if ("error" in one) throw new Error(`LiteLLM doesn't load configuration ${index}:\n${one.error}`);
      return one;
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
