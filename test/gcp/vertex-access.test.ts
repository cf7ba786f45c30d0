import { describe, expect, it } from "vitest";

import { deploy } from "../program/deploy.ts";

const MEMBER = "gcp:projects/iAMMember:IAMMember";
const SERVICE = "gcp:projects/service:Service";

const openai = { apiKey: "sk-test" };
const gpt = { name: "gpt-4o", model: "gpt-4o", provider: "openai" };
const gemini = { name: "gemini", model: "vertex_ai/gemini-2.5-pro", provider: "vertex" };
const claude = { name: "claude", model: "vertex_ai/claude-opus-4-1@20250805", provider: "elsewhere" };

async function deployed(models: object[], providers: Record<string, object>) {
  const { resources, order } = await deploy("dev", {
    "llm-gateway:models": models,
    "llm-gateway:providers": { openai, ...providers },
    "llm-gateway:projects": {},
    "llm-gateway:pools": {},
  });
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  const grants = of(MEMBER).filter(({ inputs }) => inputs["role"] === "roles/aiplatform.user");
  return { resources, order, grants, apis: of(SERVICE).map(({ name }) => name) };
}

describe("Vertex AI by the identity of LiteLLM's pods", () => {
  it("lets these pods alone call the models of each project, once its API is on", async () => {
    const { grants, apis, resources } = await deployed([gpt, gemini, { ...gemini, name: "again" }, claude], {
      vertex: { project: "acme-llm-dev", location: "europe-west4" },
      elsewhere: { project: "acme-ai-prod", location: "global" },
    });
    expect(grants.map(({ name, inputs }) => [name.replace(/^.*-vertex-/, ""), inputs["project"]])).toEqual([
      ["acme-ai-prod", "acme-ai-prod"],
      ["acme-llm-dev", "acme-llm-dev"],
    ]);
    for (const { inputs } of grants) {
      expect(inputs["member"]).toMatch(
        /^principal:\/\/iam\.googleapis\.com\/.*\/subject\/ns\/llm-gateway\/sa\/litellm$/,
      );
    }
    expect(apis).toContain("aiplatform.googleapis.com");
    const policy = resources.find(
      ({ type, name }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy" && name === "litellm",
    );
    expect(JSON.stringify(policy?.inputs)).toContain('"169.254.169.254/32"');
  });

  it("grants nothing to pods that have a service account's key, or call nothing there", async () => {
    const credentials = JSON.stringify({ type: "service_account" });
    const withKey = await deployed([gpt, gemini], {
      vertex: { project: "acme-llm-dev", location: "europe-west4", credentials },
    });
    const without = await deployed([gpt], {});
    for (const { grants, apis } of [withKey, without]) {
      expect(grants).toEqual([]);
      expect(apis).not.toContain("aiplatform.googleapis.com");
    }
  });
});
