import { parseSettings } from "../../config/settings.ts";
import type { Settings } from "../../config/settings.ts";
import { minimal, problemsOf, rawConfig } from "./stack.ts";

export const secretKeys = ["llm-gateway:providers"];

/** Where a stack on gcp is, the least that it must say. */
export const place = { project: "acme-llm", region: "europe-west1" };

/** The smallest stack on gcp that is right. */
export const stack = { platform: "gcp", providers: { openai: { apiKey: "sk-key" } }, gcp: place };

/** A way in for clients. */
export const access = { hostname: "llm.acme.internal", clients: ["10.8.0.0/24"] };

/** A certificate for it. */
export const certificate = {
  chain: "-----BEGIN CERTIFICATE-----\nMII…",
  privateKey: "-----BEGIN PRIVATE KEY-----\nMII…",
};

/** A network of the user's. */
export const existing = { network: "shared", subnetwork: "gateway", podRange: "pods", serviceRange: "services" };

/** What is said of private ranges, of others. */
export const isPrivate =
  "is not private; write a range in one of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 198.18.0.0/15, 240.0.0.0/4";

/** The problems of a stack on gcp with these settings of it, and others, one a line. */
export function problems(gcp: object, others: object = {}): string[] {
  return problemsOf({ ...stack, gcp: { ...place, ...gcp }, ...others }, secretKeys);
}

/** The settings of a stack on gcp with these. */
export function settingsOf(gcp: object, others: object = {}): Settings {
  const settings = { ...minimal, ...stack, gcp: { ...place, ...gcp }, ...others };
  return parseSettings(rawConfig(settings), [...secretKeys, "llm-gateway:gcp"]);
}
