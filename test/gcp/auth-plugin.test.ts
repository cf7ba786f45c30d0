import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { gkeAuthPluginIsThere } from "../../components/gcp/auth-plugin.ts";

describe("the program that signs in to a GKE cluster", () => {
  let folder: string;
  const plugin = () => join(folder, "gke-gcloud-auth-plugin");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "auth-plugin-"));
    vi.stubEnv("PATH", ["/nowhere", folder].join(delimiter));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it("is missed before anything happens", async () => {
    expect(await gkeAuthPluginIsThere({ platform: "gcp" })).toEqual([
      {
        path: ["platform"],
        seen: "gcp",
        message:
          "needs gke-gcloud-auth-plugin, which is not on the PATH; install it with `gcloud components install gke-gcloud-auth-plugin`, or as the package google-cloud-cli-gke-gcloud-auth-plugin of Google's apt or dnf repository",
      },
    ]);
  });

  it("is found anywhere on the PATH", async () => {
    writeFileSync(plugin(), "#!/bin/sh\n");
    chmodSync(plugin(), 0o755);
    expect(await gkeAuthPluginIsThere({ platform: "gcp" })).toEqual([]);
  });

  it("is no file that can't be run", async () => {
    writeFileSync(plugin(), "");
    chmodSync(plugin(), 0o644);
    expect(await gkeAuthPluginIsThere({ platform: "gcp" })).toHaveLength(1);
  });

  it("is of no interest on other platforms", async () => {
    expect(await gkeAuthPluginIsThere({ platform: "kubernetes" })).toEqual([]);
  });
});
