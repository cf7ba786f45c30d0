import { randomUUID } from "node:crypto";

import { Refusal, type StandIn } from "../test-internet.ts";
import { type AccessKey, signerOf } from "./aws-signature.ts";

/** A role of AWS, and what whoever assumes it has to know. */
export interface Role {
  arn: string;
  externalId: string;
}

/** A role that somebody assumes who has no key of AWS, but a token of an issuer that the role trusts: a pod. */
export interface WebIdentityRole {
  arn: string;
  trusts: (token: string) => boolean;
  /** The keys that are lent to it. */
  lent: Record<string, AccessKey>;
}

/**
 * AWS's Security Token Service in one region, which lends out keys to who may assume the role
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
 *
 * @param keys Those who may. The keys that it lends are added to `lent`.
 */
export function sts(
  region: string,
  role: Role,
  keys: Record<string, AccessKey>,
  lent: Record<string, AccessKey>,
  webIdentity?: WebIdentityRole,
): StandIn {
  return (asked) => {
    const form = new URLSearchParams(asked.body);
    const session = form.get("RoleSessionName") ?? "";
    if (!/^[\w+=,.@-]{2,64}$/.test(session)) throw new Refusal(400, "ValidationError: RoleSessionName");
    if (webIdentity && form.get("Action") === "AssumeRoleWithWebIdentity") {
      if (form.get("RoleArn") !== webIdentity.arn) throw new Refusal(403, "AccessDenied");
      if (!webIdentity.trusts(form.get("WebIdentityToken") ?? "")) throw new Refusal(400, "InvalidIdentityToken");
      return answered("AssumeRoleWithWebIdentity", webIdentity.arn, session, lend(session, webIdentity.lent));
    }
    signerOf(asked, "sts", region, keys);
    if (form.get("Action") !== "AssumeRole") throw new Refusal(400, "InvalidAction");
    if (form.get("RoleArn") !== role.arn || form.get("ExternalId") !== role.externalId) {
      throw new Refusal(403, "AccessDenied");
    }
    return answered("AssumeRole", role.arn, session, lend(session, lent));
  };
}

/** A key as it is lent: with the token that makes it worth something. */
export interface LentKey {
  id: string;
  secret: string;
  sessionToken: string;
  expiration: string;
}

/** A new key for somebody; it is added to those that are lent. */
export function lend(session: string, lent: Record<string, AccessKey>): LentKey {
  const id = `ASIA${randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase()}`;
  const [secret, sessionToken] = [randomUUID(), `token-of-${session}-${randomUUID()}`];
  lent[id] = { secret, sessionToken };
  return { id, secret, sessionToken, expiration: new Date(Date.now() + 3_600_000).toISOString() };
}

function answered(action: string, arn: string, session: string, key: LentKey): ReturnType<StandIn> {
  const content = `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
  <AssumedRoleUser>
    <Arn>${arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${session}</Arn>
    <AssumedRoleId>AROA:${session}</AssumedRoleId>
  </AssumedRoleUser>
  <Credentials>
    <AccessKeyId>${key.id}</AccessKeyId>
    <SecretAccessKey>${key.secret}</SecretAccessKey>
    <SessionToken>${key.sessionToken}</SessionToken>
    <Expiration>${key.expiration}</Expiration>
  </Credentials>
</${action}Result></${action}Response>`;
  return { type: "text/xml", content };
}
