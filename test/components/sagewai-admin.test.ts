import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

import type { Service } from "../../components/platform.ts";
import { SagewaiAdmin } from "../../components/sagewai-admin.ts";
import { enrollmentValue } from "../../providers/sagewai/enrollment-value.ts";
import { mocked, RecordingPlatform, valueOf } from "./recording-platform.ts";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const database = "postgresql://sagewai:secret@127.0.0.1:5432/sagewai";

let admin: SagewaiAdmin;
let service: Service;

beforeAll(async () => {
  const platform = new RecordingPlatform();
  admin = await mocked(
    () =>
      new SagewaiAdmin("admin", {
        platform,
        version: "1.0.1",
        protect: false,
        storedKey: {},
        database: { url: pulumi.secret(database), resource: undefined as unknown as pulumi.Resource, ready: [] },
        gatewayUrl: "http://127.0.0.1:4000",
        gatewayKey: pulumi.secret("sk-admin"),
        pools: [{ name: "gpu", project: "research" }, { name: "cpu" }],
        port: 8000,
        corsOrigins: [],
        organization: "Acme",
        adminEmail: "admin@acme.test",
      }),
  );
  service = await platform.service("admin");
});

describe("SagewaiAdmin", () => {
  it("is set up before each start, then serves on the platform's address", () => {
    expect(service.prepare).toEqual(["python", "-I", "{files}/bootstrap.py"]);
    expect(service.command).toEqual(["python", "-I", "{files}/serve.py", "--host", "{host}", "--port", "8000"]);
    expect(Object.keys(service.files ?? {})).toEqual([
      "bootstrap.py",
      "master_key.py",
      "pool_keys.py",
      "provider_keys.py",
      "serve.py",
      "lean.py",
    ]);
    expect(service.readiness).toBe("/api/v1/health/summary");
  });

  it("keeps its state where it outlives a restart, and never makes up a key of its own", () => {
    expect(service.environment).toEqual({
      SAGEWAI_HOME: "{data}",
      SAGEWAI_RUNTIME: "container",
      SAGEWAI_TENANCY_MODE: "single",
      SAGEWAI_ADMIN_ALLOWED_ORIGINS: ",",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_PROXY_URL: "http://127.0.0.1:4000",
      ORGANIZATION: "Acme",
      ADMIN_EMAIL: "admin@acme.test",
    });
  });

  it("knows its token by its hash alone, and nothing of pools, which come and go while it serves", () => {
    expect(service.secrets).toEqual({
      DATABASE_URL: database,
      SAGEWAI_DATABASE_URL: database,
      SAGEWAI_MASTER_KEY: "-_".repeat(21) + "-=",
      LITELLM_API_KEY: "sk-admin",
      ADMIN_PASSWORD: "{admin-password}",
      API_TOKEN_HASH: hash("sw_{admin-api-token}"),
    });
  });

  it("hands its address and credentials to the program", async () => {
    expect(await valueOf(admin.url)).toBe("http://127.0.0.1:8000");
    expect(await valueOf(admin.apiToken)).toBe("sw_{admin-api-token}");
    expect(await valueOf(admin.adminPassword)).toBe("{admin-password}");
    expect(await valueOf(pulumi.output(admin.enrollmentKeys))).toEqual({
      gpu: enrollmentValue("{admin-enrollment-key-gpu}", 1),
      cpu: enrollmentValue("{admin-enrollment-key-cpu}", 1),
    });
    for (const secret of [admin.apiToken, ...Object.values(admin.enrollmentKeys)]) {
      expect(await pulumi.isSecret(secret)).toBe(true);
    }
  });
});
