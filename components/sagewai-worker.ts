import * as pulumi from "@pulumi/pulumi";

import type { Platform } from "./platform.ts";
import type { SagewaiAdmin } from "./sagewai-admin.ts";
import { programs } from "./sagewai/programs.ts";

export interface SagewaiWorkerArgs {
  platform: Platform;
  /** The release that runs. */
  version: string;
  /** Name of the pool whose tasks it takes. */
  name: string;
  /** Slug of the Sagewai project whose tasks it takes. Default: tasks that belong to no project. */
  project?: string | undefined;
  /** The models, by the gateway's names, whose tasks it takes. */
  models: string[];
  /** What tasks can ask for, such as `env: prod`. */
  labels: Record<string, string>;
  /** How many workers of the pool run. */
  replicas: number;
  /** Tasks that one worker has in hand at once. */
  maxConcurrent: number;
  /** The Python program that runs each task. Default: Sagewai's own, which asks an agent. */
  handler?: string | undefined;
  /** The admin that it works for, which knows the pool. */
  sagewai: Pick<SagewaiAdmin, "url" | "enrollmentKeys" | "ready">;
  /** Base URL of the LiteLLM proxy, as the worker reaches it. */
  gatewayUrl: pulumi.Input<string>;
  /** The pool's virtual key: what all its tasks call models with. Secret. */
  key: pulumi.Input<string>;
  /** What its tasks do while the gateway can't be asked what was spent of the soft budget. */
  softUnknown: "stop" | "allow";
}

const PROGRAMS = [
  ...["worker.py", "fleet_worker.py", "registration.py"],
  ...["boxed.py", "box.py", "confinement.py", "sockets.py", "task.py", "overrides.py", "lean.py"],
  ...["soft_budget.py", "gateway_budget.py"],
];

/** Where a pool's own handler is. */
const HANDLER = "{files}/handler.py";

/** What a worker logs once the admin has approved it: `_claim` in `components/sagewai/fleet_worker.py` says it in these words. */
const READY = " is ready: ";

/** The Sagewai workers of one pool: all that their tasks ask of a model goes through the gateway with the pool's key. */
export class SagewaiWorker extends pulumi.ComponentResource {
  readonly logs: pulumi.Output<string>;
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: SagewaiWorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("llm-gateway:index:SagewaiWorker", name, {}, opts);
    const enrollmentKey = args.sagewai.enrollmentKeys[args.name];
    if (!enrollmentKey) {
      throw new pulumi.ResourceError(`\`sagewai\` has no enrollment key of the pool "${args.name}".`, this, true);
    }
    const { handler } = args;
    const checkHandler = ["python", "-I", "{files}/check_handler.py", HANDLER];
    const labels = Object.entries(args.labels).map(([label, value]) => `${label}=${value}`);
    const service = args.platform.run(
      name,
      {
        software: "sagewai",
        version: args.version,
        role: "worker",
        command: [
          ...["python", "-I", "{files}/worker.py", "{files}/task.env"],
          ...["python", "-I", "{files}/task.py", ...(handler === undefined ? [] : [HANDLER])],
        ],
        // Before each start, and where that stops what runs, before that too.
        ...(handler !== undefined && { prepare: checkHandler, trial: checkHandler }),
        environment: {
          SAGEWAI_HOME: "{data}",
          LITELLM_LOCAL_MODEL_COST_MAP: "True",
          FLEET_GATEWAY_URL: args.sagewai.url,
          WORKER_POOL: args.name,
          WORKER_MODELS: args.models.join(","),
          WORKER_LABELS: labels.join(","),
          WORKER_MAX_CONCURRENT: String(args.maxConcurrent),
          ...(args.project !== undefined && { WORKER_PROJECT: args.project }),
        },
        privateSecrets: { ENROLLMENT_KEY: enrollmentKey },
        files: {
          ...programs(...PROGRAMS),
          ...(handler !== undefined && { ...programs("check_handler.py"), "handler.py": handler }),
        },
        secretFiles: { "task.env": taskEnvironment(args) },
        readyWhenLogged: READY,
        // Its wait for the admin (120 s), and its own start.
        startSeconds: 150,
        // Its grace for tasks (8 s), and its own end.
        stopSeconds: 12,
        replicas: args.replicas,
        calls: ["gateway", "admin"],
      },
      { parent: this, dependsOn: args.sagewai.ready },
    );
    this.logs = service.logs;
    this.ready = service.ready;
    this.registerOutputs({ logs: this.logs });
  }
}

/**
 * All that a task finds in its environment: Sagewai passes on nothing of the worker's own. What its agents call models with is
 * `components/sagewai/overrides.py`'s business. The first line is for all else that uses LiteLLM: the parts of Sagewai that call it by
 * themselves, such as the one that compacts a conversation, and the programs that a task starts.
 */
function taskEnvironment({ gatewayUrl, key, softUnknown }: SagewaiWorkerArgs): pulumi.Output<string> {
  return pulumi.secret(
    pulumi.interpolate`USE_LITELLM_PROXY=True
OPENAI_API_BASE=${gatewayUrl}/v1
OPENAI_BASE_URL=${gatewayUrl}/v1
OPENAI_API_KEY=${key}
LITELLM_PROXY_API_BASE=${gatewayUrl}
LITELLM_PROXY_API_KEY=${key}
LITELLM_PROXY_URL=${gatewayUrl}
LITELLM_API_KEY=${key}
LLM_GATEWAY_SOFT_UNKNOWN=${softUnknown}
`,
  );
}
