import { describe, expect, it } from "vitest";

import { autoscalerSpec } from "../../components/kubernetes/autoscaler.ts";
import { KubernetesPlatform } from "../../components/kubernetes/platform.ts";
import { parseSettings } from "../../config/settings.ts";
import { minimal, rawConfig } from "../config/stack.ts";
import { only, registered } from "../gcp/mocks.ts";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const NAMESPACE = "kubernetes:core/v1:Namespace";

interface Job {
  spec: { template: { spec: { containers: [unknown] } } };
}

/** What a LiteLLM that may take a minute for its requests is made of in a cluster, with these settings of its pods. */
async function litellm(pods: object) {
  const kubernetes = { postgres: { trial: true }, litellm: pods };
  const stack = {
    platform: "kubernetes",
    providers: { openai: { apiKey: "sk-key" } },
    litellm: { requestTimeout: 60 },
  };
  const settings = parseSettings(rawConfig({ ...minimal, ...stack, kubernetes }), ["llm-gateway:providers"]);
  return registered(() => {
    const command = ["litellm"];
    const service = { software: "litellm", version: "1.108.6", role: "gateway", command, port: 4000 } as const;
    KubernetesPlatform.of(settings).run("litellm", { ...service, stopSeconds: 20, drainSeconds: 60 }, {});
  });
}

const named = (resources: { type: string }[]) => resources.map(({ type }) => type.split(":").at(-1));

describe("a Deployment whose number of pods is up to an autoscaler", () => {
  it("begins with the least of them, which updates leave alone", async () => {
    const resources = await litellm({ replicas: 2, maxReplicas: 4 });
    expect(only(resources, DEPLOYMENT)).toMatchObject({
      inputs: { spec: { replicas: 2 } },
      ignoreChanges: ["spec.replicas"],
    });
    expect(only(resources, DEPLOYMENT).inputs).not.toHaveProperty("metadata.annotations");
    expect(named(resources)).toContain("HorizontalPodAutoscaler");
  });
});

describe("a Deployment of a fixed number of pods", () => {
  it("has it by force, as an autoscaler may have set another one before", async () => {
    const resources = await litellm({ replicas: 3, maxReplicas: 3 });
    expect(only(resources, DEPLOYMENT)).toMatchObject({
      inputs: { metadata: { annotations: { "pulumi.com/patchForce": "true" } }, spec: { replicas: 3 } },
      ignoreChanges: [],
    });
    expect(named(resources)).not.toContain("HorizontalPodAutoscaler");
  });
});

describe("the migration of a release", () => {
  it("is tried again by the next run if it failed, and shows the end of its log, which no other pod does", async () => {
    const resources = await litellm({});
    const job = only(resources, "kubernetes:batch/v1:Job").inputs;
    const [container] = (job as unknown as Job).spec.template.spec.containers;
    expect(job).toMatchObject({ metadata: { annotations: { "pulumi.com/replaceUnready": "true" } } });
    expect(container).toMatchObject({ terminationMessagePolicy: "FallbackToLogsOnError" });
    const served = JSON.stringify(only(resources, DEPLOYMENT).inputs);
    expect(served).not.toMatch(/replaceUnready|terminationMessagePolicy/);
  });
});

describe("an autoscaler that is no longer wanted", () => {
  const pods = { replicas: 2 };

  it("stays for one update, in which it brings the number of pods to the fixed one", () => {
    const left = { spec: { minReplicas: 2, maxReplicas: 4 } };
    expect(autoscalerSpec("litellm", pods, left)).toMatchObject({ minReplicas: 2, maxReplicas: 2 });
    expect(autoscalerSpec("litellm", { replicas: 3, maxReplicas: 3 }, left)).toMatchObject({ minReplicas: 3 });
  });

  it("goes with the next one, and none comes where there was none", () => {
    expect(autoscalerSpec("litellm", pods, { spec: { minReplicas: 2, maxReplicas: 2 } })).toBeUndefined();
    expect(autoscalerSpec("litellm", pods)).toBeUndefined();
    expect(autoscalerSpec("litellm", { replicas: 3 }, { spec: { minReplicas: 2, maxReplicas: 2 } })).toBeDefined();
  });
});

describe("the time that Pulumi waits", () => {
  it("is enough for four rounds of new pods, however many there are", async () => {
    const { inputs, timeouts } = only(await litellm({ replicas: 2, maxReplicas: 4 }), DEPLOYMENT);
    expect(inputs).toMatchObject({ spec: { strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } } } });
    expect(timeouts).toMatchObject({ create: "30m", update: "30m" });
  });

  it("is longer for a deletion than pods may take to end", async () => {
    const resources = await litellm({});
    // 10 s until nobody calls it, 60 s for requests in hand, 20 s for its own end.
    expect(only(resources, DEPLOYMENT)).toMatchObject({
      inputs: { spec: { template: { spec: { terminationGracePeriodSeconds: 90 } } } },
      timeouts: { delete: `${90 + 600}s` },
    });
    expect(only(resources, NAMESPACE).timeouts.delete).toBe(`${60 + 900}s`);
  });
});
