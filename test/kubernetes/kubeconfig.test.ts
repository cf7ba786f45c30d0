import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { kubeconfigIsThere } from "../../components/kubernetes/kubeconfig.ts";
import { deploy } from "../program/deploy.ts";

const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
const path = join(folder, "config");
writeFileSync(path, "apiVersion: v1\nkind: Config\nusers: [{ name: me, user: { token: of-the-cluster } }]\n");

const { resources } = await deploy("kubernetes", {
  "llm-gateway:providers": { openai: { apiKey: "sk-test" }, anthropic: { apiKey: "sk-test" } },
  "llm-gateway:kubernetes": { kubeconfig: path, postgres: { trial: true } },
});
rmSync(folder, { recursive: true });

describe("a kubeconfig that the settings name", () => {
  it("is a secret wherever its text goes", () => {
    const provider = resources.find(({ type }) => type === "pulumi:providers:kubernetes");
    expect(provider?.inputs).toEqual({ enableServerSideApply: "true", kubeconfig: "[secret]" });
    const keys = resources.find(({ type }) => type === "pulumi-nodejs:dynamic/litellm:VirtualKeys");
    expect(keys?.inputs["gatewayAccess"]).toBe("[secret]");
    expect(JSON.stringify(resources)).not.toContain("of-the-cluster");
  });

  it("is missed before anything happens", async () => {
    const kubernetes = { kubeconfig: "/nowhere/config" };
    expect(await kubeconfigIsThere({ platform: "kubernetes", kubernetes })).toEqual([
      {
        path: ["kubernetes", "kubeconfig"],
        seen: "/nowhere/config",
        message: "can't be read (ENOENT); write the path of a kubeconfig, or leave it out to use that of kubectl",
      },
    ]);
    expect(await kubeconfigIsThere({ platform: "local", kubernetes })).toEqual([]);
  });
});
