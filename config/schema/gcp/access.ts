import * as z from "zod";

import { privateRange } from "./fields.ts";
import { NAMESPACE } from "../../problems/problems.ts";
import { secretText } from "../secret-text.ts";

/** A DNS name of two parts or more. */
const hostname = z.stringFormat(
  "hostname",
  (text) => text.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text),
  { error: 'is not a DNS name; write one in lower case, such as "llm.example.internal"' },
);

const pem = 'is not a PEM certificate; write the text that begins with "-----BEGIN CERTIFICATE-----"';

/** @param path Of the setting. */
const certificate = (path: string) => {
  const noKey = `must be text; set it with \`pulumi config set --path --secret ${NAMESPACE}:${path}.privateKey\``;
  return z.strictObject({
    chain: z
      .string(pem)
      .regex(/-----BEGIN CERTIFICATE-----/, pem)
      .refine(
        (text) => !text.includes("PRIVATE KEY-----"),
        "contains a private key, which is in plain text there; revoke that certificate, and set the key of a new one as privateKey",
      )
      .describe("The certificate and those that it was signed with, in PEM."),
    privateKey: secretText({
      empty: noKey,
      noText: noKey,
      leaked: "revoke that certificate",
      multiline: true,
    }).describe(
      `Its private key, in PEM and without a passphrase: \`pulumi config set --path --secret llm-gateway:${path}.privateKey\`.`,
    ),
  });
};

/** @param who They are. */
const ranges = (who: string) =>
  z
    .array(privateRange(), `is not a list; write the ranges that ${who} are in`)
    .min(1, `is empty; write the ranges that ${who} are in`);

const admin = z.strictObject({
  hostname: hostname.describe("The DNS name that administrators use: not that of clients."),
  clients: ranges("administrators").describe(
    "Ranges of private addresses that administrators are in. All others are refused, those of clients included.",
  ),
  certificate: certificate("gcp.access.admin.certificate")
    .optional()
    .describe("A certificate of yours for `hostname`. Default: one of the stack's private authority."),
});

/** The way in for clients outside the cluster. */
export const access = z.strictObject({
  hostname: hostname.describe(
    "The DNS name that clients use, such as `llm.example.internal`. The stack makes it known only inside the network.",
  ),
  clients: ranges("clients").describe(
    'Ranges of private addresses that clients are in, such as `["10.8.0.0/24"]`. All others are refused.',
  ),
  certificate: certificate("gcp.access.certificate")
    .optional()
    .describe(
      "A certificate of yours for `hostname`. Default: one of a private authority that the stack makes, whose own certificate clients must trust. A protected stack leaves that authority in three runs: docs/gcp.md says how.",
    ),
  admin: admin
    .optional()
    .describe(
      "Another hostname of the same load balancer, for administrators, with everything that LiteLLM has: UI, sign-in, management. Default: none; they come by a port-forward.",
    ),
});
