import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { stackCommand } from "../../operations/parse-pulumi-args.ts";
import { refuseStackFile } from "../../operations/stack-file-check.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stack-files-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function refusal(text: string, name = "preview", stack = "dev"): Promise<string> {
  await writeFile(join(folder, "Pulumi.dev.yaml"), text);
  return refuseStackFile(await stackCommand([name, "--stack", stack], { folder })).then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
}

describe("a stack file", () => {
  it.each([
    "",
    "config: {}\nencryptionsalt: v1:AAAA\n",
    "secretsprovider: passphrase\nencryptedkey: AAAA\nconfig: {}\n",
    "secretsprovider: gcpkms://projects/my-state-project/locations/europe/keyRings/pulumi/cryptoKeys/gateway\n",
    "secretsprovider: awskms://arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab?region=eu-west-1\n",
    "secretsprovider: awskms://alias/pulumi\n",
    "secretsprovider: azurekeyvault://my-vault.vault.azure.net/keys/pulumi/0123\n",
    "secretsprovider: hashivault://pulumi\n",
    "config: [", // Pulumi itself says so.
  ])("may hold settings, and what their secrets are encrypted with: %j", async (text) => {
    expect(await refusal(text)).toBe("");
  });

  it.each([
    "environment: [team/secrets]\n",
    'environment:\n  values:\n    environmentVariables: { NODE_OPTIONS: "--require ./evil.cjs" }\n',
    "<<: { environment: [team/secrets] }\n",
    "plugins: { providers: [{ name: random, path: ./evil }] }\n",
    "runtime: nodejs\n",
  ])("holds nothing else: %j", async (text) => {
    const message = await refusal(text);
    expect(message).toMatch(/^Pulumi\.dev\.yaml has (an `environment`, whose settings|`[\w<]+`, which is not part)/);
    // Also for commands that change no resources, with which Pulumi reads it all the same.
    expect(await refusal(text, "stack")).toBe(message);
    expect(await refusal(text, "preview", "organization/llm-gateway/dev")).toBe(message);
  });

  it.each([
    "awskms://alias/pulumi?endpoint=http://attacker.example",
    "awskms://alias/pulumi?region=eu-west-1&endpoint=http://attacker.example",
    "awskms://alias/pulumi?profile=admin",
    "azurekeyvault://evil.vault.attacker.example/keys/pulumi",
    "azurekeyvault://attacker.example/x.vault.azure.net/keys/pulumi",
    "hashivault://../../auth/token/lookup-self",
    "gcpkms://projects/../x?endpoint=attacker.example",
    "http://attacker.example",
    "file:///etc/passwd",
  ])("names no server for this machine's credentials: %s", async (provider) => {
    expect(await refusal(`secretsprovider: ${JSON.stringify(provider)}\n`)).toBe(
      `Pulumi.dev.yaml has the secretsprovider ${JSON.stringify(provider)}, to which Pulumi might send credentials of this machine; write a passphrase's salt, or a key of gcpkms, awskms, azurekeyvault or hashivault without options but \`?region=\``,
    );
  });

  it("brings no secret in plain text into Pulumi's history", async () => {
    const text = "config:\n  llm-gateway:providers: { openai: { apiKey: sk-plain } }\n";
    const message = await refusal(text, "up");
    expect(message).toContain(
      "llm-gateway:providers.openai.apiKey is in plain text in the stack file, and by now maybe",
    );
    expect(message).not.toContain("sk-plain");
    for (const name of ["preview", "refresh", "import", "watch"]) expect(await refusal(text, name)).toBe(message);
    // What mends it, and what takes the stack down, goes on.
    for (const name of ["config", "stack", "destroy", "dn"]) expect(await refusal(text, name)).toBe("");
  });

  it.each([
    ["without its namespace", "config:\n  providers: { openai: { apiKey: sk-plain } }\n"],
    [
      "by a merge key",
      "config:\n  llm-gateway:x: &key { apiKey: sk-plain }\n  llm-gateway:providers: { openai: { <<: *key } }\n",
    ],
  ])("brings none there %s", async (_how, text) => {
    expect(await refusal(text, "up")).toContain("llm-gateway:providers.openai.apiKey is in plain text");
  });

  it.each(["preview", "up", "destroy", "config"])(
    "is that of --config-file for %s, and the stack's own too",
    async (name) => {
      await writeFile(join(folder, "Pulumi.dev.yaml"), "config: {}\n");
      await writeFile(join(folder, "other.yaml"), "environment: [team/secrets]\n");
      for (const file of [
        ["--config-file", "other.yaml"],
        ["--config-file=other.yaml"],
        [`--config-file=${folder}/other.yaml`],
      ]) {
        for (const args of [
          [name, "--stack", "dev", ...file],
          [...file, name, "-s=dev"],
        ]) {
          const command = await stackCommand(args, { folder });
          await expect(refuseStackFile(command)).rejects.toThrow("other.yaml has an `environment`");
        }
      }
      const environment = { PULUMI_OPTION_CONFIG_FILE: "other.yaml" };
      const command = await stackCommand([name, "--stack", "dev"], { folder, environment });
      await expect(refuseStackFile(command)).rejects.toThrow("other.yaml has an `environment`");

      await writeFile(join(folder, "other.yaml"), "config: {}\n");
      await writeFile(join(folder, "Pulumi.dev.yaml"), "environment: [team/secrets]\n");
      const own = await stackCommand([name, "--stack", "dev", "--config-file", "other.yaml"], { folder });
      await expect(refuseStackFile(own)).rejects.toThrow("Pulumi.dev.yaml has an `environment`");
    },
  );

  it("may be missing", async () => {
    for (const args of [["up", "--stack", "other"], []]) {
      await expect(refuseStackFile(await stackCommand(args, { folder }))).resolves.toBeUndefined();
    }
  });
});
