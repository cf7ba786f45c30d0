import type { ApiServer } from "../cluster/api-server.ts";

interface Pod {
  metadata: { name: string };
  status?: { conditions?: Condition[]; containerStatuses?: Container[]; initContainerStatuses?: Container[] };
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

/** What is wrong with the pods that have all of the labels: one line each. */
export async function podProblems(
  cluster: ApiServer,
  namespace = "default",
  labels: Record<string, string>,
): Promise<string[]> {
  const pods = (await cluster.list("v1", "Pod", namespace, labels)) as unknown as Pod[];
  return pods.flatMap(({ metadata, status = {} }) => {
    const { conditions = [], containerStatuses = [], initContainerStatuses = [] } = status;
    const scheduled = conditions.find(({ type, status: answer }) => type === "PodScheduled" && answer === "False");
    const problems = [...initContainerStatuses, ...containerStatuses].flatMap(containerProblem);
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
    const reason = [terminated.reason, terminated.message].filter(Boolean).join(": ");
    return [`container ${name} ended with exit code ${terminated.exitCode}: ${reason}`];
  }
  return [];
}
