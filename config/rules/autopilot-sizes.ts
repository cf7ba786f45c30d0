import { litellmSize } from "../schema/kubernetes/kubernetes.ts";
import type { SettingsProblem } from "../problems/problems.ts";
import type { SettingsDraft } from "./rule.ts";

/** GiB that a pod has for each of its cores: https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests. */
const LEAST_GIB = 1;
const MOST_GIB = 6.5;

const GIB: Record<string, number> = { Mi: 1 / 1024, Gi: 1, Ti: 1024 };

/**
 * A rule: pods have as much memory for their CPU as GKE Autopilot gives. It raises one of them otherwise, so that the
 * stack would pay for more than its settings say, and find its pods changed each time it looks.
 */
export function sizesFitAutopilot({ platform, litellm, kubernetes }: SettingsDraft): SettingsProblem[] {
  if (platform !== "gcp") return [];
  const sizes = {
    litellm: { ...litellmSize(litellm?.workers ?? 1), ...kubernetes?.litellm },
    sagewai: kubernetes?.sagewai,
    workers: kubernetes?.workers,
  };
  return Object.entries(sizes).flatMap(([section, { cpu, memory } = {}]) => {
    if (cpu === undefined || memory === undefined) return [];
    const [least, most] = [LEAST_GIB * cores(cpu), MOST_GIB * cores(cpu)];
    if (gibibytes(memory) >= least && gibibytes(memory) <= most) return [];
    const message = `is not what GKE Autopilot gives a pod with CPU ${cpu}; write ${amount(least)} to ${amount(most)}, or another cpu`;
    return [{ path: ["kubernetes", section, "memory"], seen: memory, message }];
  });
}

/** Cores of an amount of CPU: 0.5 of `500m`. */
function cores(cpu: string): number {
  return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
}

/** GiB of an amount of memory: 0.5 of `512Mi`. */
function gibibytes(memory: string): number {
  return Number(memory.slice(0, -2)) * (GIB[memory.slice(-2)] ?? 1);
}

function amount(gib: number): string {
  return `${Math.round(1024 * gib)}Mi`;
}
