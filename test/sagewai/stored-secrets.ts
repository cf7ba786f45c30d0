import { createDecipheriv, createHmac } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "vitest";

import type { TestSagewai } from "./test-sagewai.ts";

/** Where an admin keeps what it encrypts with its master key. */
const FILES = ["config/admin-state.json", "config/connections.json", "secrets/profiles.json"];

/** What {@link storeSecrets} stores, in the order of the files. */
export const SECRETS = ["sk-of-a-provider", "secret-of-a-connection", "secret-of-a-profile"];

/** Stores one secret of each kind, as the admin's pages do. */
export async function storeSecrets(admin: TestSagewai): Promise<void> {
  const [provider, connection, profile] = SECRETS;
  const config = { base_url: "http://127.0.0.1:4000/v1", api_key: provider, model: "gpt-4o" };
  const broker = { host: "127.0.0.1", password: connection };
  const password = admin.declared.adminPassword;
  const { body: session } = await admin.call<{ access_token: string }>("auth/login", {
    email: "admin@acme.test",
    password,
  });
  const made = { protocol: "mqtt", display_name: "broker", protocol_data: broker };
  const answers = [
    await admin.call("providers", { provider_name: "vllm", config }),
    // Tokens of programs make no connections.
    await admin.call("admin/connections/", made, session.access_token),
    await admin.call("admin/sealed/profiles", { id: "team", name: "team", secrets: { TOKEN: profile } }),
  ];
  for (const { status, body } of answers) expect(status, JSON.stringify(body)).toBeLessThan(300);
}

/** The files with secrets, and who may read them. */
export async function storedTexts(admin: TestSagewai): Promise<Record<string, { text: string; mode: number }>> {
  const entries = FILES.map(async (name) => {
    const path = join(admin.folder, "home", name);
    return [name, { text: await readFile(path, "utf8"), mode: (await stat(path)).mode }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What the files hold encrypted. @throws if that was with another key. */
export async function storedSecrets(admin: TestSagewai, masterKey: string): Promise<string[]> {
  const texts = Object.values(await storedTexts(admin)).map(({ text }) => text);
  return texts.flatMap((text) =>
    [...text.matchAll(/"fernet:([^"]+)"/g)].map(([, token = ""]) => decrypt(token, masterKey)),
  );
}

/** Fernet, by its specification: AES in CBC mode below an HMAC. @throws if it was encrypted with another key. */
export function decrypt(token: string, masterKey: string): string {
  const [key, bytes] = [Buffer.from(masterKey, "base64url"), Buffer.from(token, "base64url")];
  const [signed, signature] = [bytes.subarray(0, -32), bytes.subarray(-32)];
  const expected = createHmac("sha256", key.subarray(0, 16)).update(signed).digest();
  if (!expected.equals(signature)) throw new Error("It was encrypted with another key.");
  const cipher = createDecipheriv("aes-128-cbc", key.subarray(16), signed.subarray(9, 25));
  return Buffer.concat([cipher.update(signed.subarray(25)), cipher.final()]).toString("utf8");
}
