import { containersOf, WORKLOADS } from "../pods.ts";
import { at, entries, isMapping, isNone, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

/** Words of PostgreSQL with which a client checks who answers. */
const CHECKED = ["verify-full", "verify-ca"];

/** What Cloud SQL can be told that refuses connections without TLS. */
const ENCRYPTED = ["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"];

const REMEDY =
  "On platform kubernetes, name your own server under kubernetes.postgres, with tls: verify-full and the caCertificate of its authority; the trial server has no TLS.";

export const postgresTls: Rule = {
  why: "Connections to PostgreSQL are encrypted and its certificate is checked, since otherwise whoever is on the way can pass for the server, and read and change keys, budgets and prompts.",
  source: "https://www.postgresql.org/docs/current/libpq-ssl.html",
  types: new RegExp(
    `^(gcp:sql/databaseInstance:DatabaseInstance|gcp:secretmanager/secretVersion:SecretVersion|pulumi:providers:postgresql|kubernetes:core/v1:Secret)$|${WORKLOADS.source}`,
  ),
  judge: () => (resource) => {
    const { type, inputs } = resource;
    switch (type) {
      case "gcp:sql/databaseInstance:DatabaseInstance":
        return isNone(at(inputs, "settings.ipConfiguration.sslMode"), ...ENCRYPTED)
          ? ["Cloud SQL takes connections without TLS: set settings.ipConfiguration.sslMode to ENCRYPTED_ONLY."]
          : [];
      case "pulumi:providers:postgresql":
        return isNone(at(inputs, "sslmode"), ...CHECKED)
          ? [
              `The administrator's connection doesn't check the server's certificate: its sslmode is not verify-full. ${REMEDY}`,
            ]
          : [];
      case "gcp:secretmanager/secretVersion:SecretVersion":
      case "kubernetes:core/v1:Secret":
        return urlsOf(resource).some((url) => !isChecked(url))
          ? [
              `LiteLLM's connection doesn't check the server's certificate: its DATABASE_URL lacks sslmode=require with sslaccept=strict. ${REMEDY}`,
            ]
          : [];
      default:
        return containersOf(type, inputs)
          .flatMap((container) => entries(at(container, "env")))
          .some((entry) => at(entry, "name") === "PGSSLMODE" && isNone(at(entry, "value"), ...CHECKED))
          ? [`Its connections don't check the server's certificate: PGSSLMODE is not verify-full. ${REMEDY}`]
          : [];
    }
  },
};

/** LiteLLM's addresses of databases with passwords in them. Those of others say nothing of TLS, which variables do. */
function urlsOf({ name, inputs }: Resource): string[] {
  if (!/(^|-)litellm(-|$)/.test(name)) return [];
  const { stringData, data, secretData } = inputs;
  const texts = [
    secretData,
    ...(isMapping(stringData) ? Object.values(stringData) : []),
    ...(isMapping(data) ? Object.values(data).map(decoded) : []),
  ];
  return texts.filter((text): text is string => typeof text === "string" && /^postgres(ql)?:\/\//.test(text));
}

function decoded(value: unknown): unknown {
  return typeof value === "string" ? Buffer.from(value, "base64").toString() : value;
}

/** LiteLLM's client of databases checks nothing without a word of its own. */
function isChecked(url: string): boolean {
  const parameters = new URLSearchParams(url.split("?")[1] ?? "");
  return parameters.get("sslmode") === "require" && parameters.get("sslaccept") === "strict";
}
