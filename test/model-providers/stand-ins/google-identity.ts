import { generateKeyPairSync, verify } from "node:crypto";

import { json } from "../../security/answers/provider-answer.ts";
import { Refusal, type StandIn } from "../test-internet.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

const TOKEN_URI = "https://oauth2.googleapis.com/token";

/** A service account of Google Cloud, with a key as a file holds it. */
export class ServiceAccount {
  readonly email = "llm-gateway@acme-ai-prod.iam.gserviceaccount.com";
  readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

  /** The JSON that its owner downloads. */
  get json(): string {
    return JSON.stringify({
      type: "service_account",
      project_id: "acme-ai-prod",
      private_key_id: "key-of-the-test",
      private_key: this.#keys.privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: this.email,
      client_id: "100000000000000000001",
      token_uri: TOKEN_URI,
      universe_domain: "googleapis.com",
    });
  }

  /**
   * Where who has the key gets a token (https://developers.google.com/identity/protocols/oauth2/service-account).
   *
   * @param tokens The tokens that it gives are added to these.
   */
  tokenEndpoint(tokens: Set<string>): StandIn {
    return ({ path, body }) => {
      const form = new URLSearchParams(body);
      if (path !== "/token" || form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") {
        throw new Refusal(404, "unsupported_grant_type");
      }
      const [header = "", payload = "", signature = ""] = (form.get("assertion") ?? "").split(".");
      const signed = Buffer.from(`${header}.${payload}`);
      const isOurs = verify("RSA-SHA256", signed, this.#keys.publicKey, Buffer.from(signature, "base64url"));
      const { iss, aud, scope, exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<
        string,
        unknown
      >;
      const isRight = iss === this.email && aud === TOKEN_URI && scope === SCOPE && Number(exp) * 1000 > Date.now();
      if (!isOurs || !isRight) throw new Refusal(400, "invalid_grant");
      return json(token("of-the-account", tokens));
    };
  }
}

/**
 * The metadata server, by which pods have an identity in Google Cloud
 * (https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys).
 *
 * @param tokens The tokens that it gives are added to these.
 */
export function metadataServer(tokens: Set<string>): StandIn {
  const headers = { "metadata-flavor": "Google" };
  const account = { email: "default", aliases: ["default"], scopes: [SCOPE] };
  return ({ path, headers: sent }) => {
    if (sent["metadata-flavor"] !== "Google") throw new Refusal(403, "Missing Metadata-Flavor:Google header.");
    if (path === "/" || path === "/computeMetadata/v1/project/project-id") {
      return { type: "text/plain", content: "project-of-the-cluster", headers };
    }
    if (path === "/computeMetadata/v1/universe/universe-domain") {
      return { type: "text/plain", content: "googleapis.com", headers };
    }
    if (/^\/computeMetadata\/v1\/instance\/service-accounts\/default\/token$/.test(path)) {
      return { ...json(token("of-the-pod", tokens)), headers };
    }
    if (/^\/computeMetadata\/v1\/instance\/service-accounts\/default\/?$/.test(path)) {
      return { ...json(account), headers };
    }
    throw new Refusal(404, "Not found.");
  };
}

function token(whose: string, tokens: Set<string>): object {
  const access_token = `google-token-${whose}`;
  tokens.add(access_token);
  return { access_token, expires_in: 3600, token_type: "Bearer" };
}
