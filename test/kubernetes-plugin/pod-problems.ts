import type { ApiServer } from "../cluster/api-server.ts";

interface Pod {
  metadata: { name: string };
  status?: { conditions?: Condition[]; containerStatuses?: Container[] };
}

interface Condition {
  type: string;
  status: string;
  message?: string;
}

interface Container {
  name: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    terminated?: { exitCode: number; reason?: string; message?: string };
  };
}

/**
 * What is wrong with the pods that have all of the labels: one line each. Like the official plugin's, it reads no log, and
 * nothing of the containers that run before the others.
 */
export async function podProblems(
  cluster: ApiServer,
  namespace = "default",
  labels: Record<string, string>,
): Promise<string[]> {
  const pods = (await cluster.list("v1", "Pod", namespace, labels)) as unknown as Pod[];
  return pods.flatMap(({ metadata, status = {} }) => {
    const { conditions = [], containerStatuses = [] } = status;
    const scheduled = conditions.find(({ type, status: answer }) => type === "PodScheduled" && answer === "False");
    const problems = containerStatuses.flatMap(containerProblem);
    if (scheduled) problems.unshift(`it can't be scheduled: ${scheduled.message ?? "no reason given"}`);
    return problems.map((problem) => `pod ${metadata.name}: ${problem}`);
  });
}

function containerProblem({ name, state }: Container): string[] {
  const { waiting, terminated } = state ?? {};
  if (waiting?.reason !== undefined && waiting.reason !== "ContainerCreating") {
    return [`container ${name} waits: ${[waiting.reason, waiting.message].filter(Boolean).join(": ")}`];
  }
  if (terminated && terminated.exitCode !== 0) {
    const { reason = "", message = "" } = terminated;
    if (message !== "") return [`[${reason}] ${message}`];
    return [`container ${name} ended with exit code ${terminated.exitCode}: ${reason}`];
  }
  return [];
}
