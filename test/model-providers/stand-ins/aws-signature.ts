import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import { type Asked, Refusal } from "../test-internet.ts";

/** A key of AWS: its secret, and the token without which one that was lent is worth nothing. */
export interface AccessKey {
  secret: string;
  sessionToken?: string;
}

/** AWS takes no signature that is older. */
const MINUTES = 5;

/**
 * Signs the request once more, and refuses it unless that comes to the same: Signature Version 4, as AWS describes it in
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
 *
 * @param keys By the id of the key.
 * @returns The id of the key that it was signed with.
 */
export function signerOf(asked: Asked, service: string, region: string, keys: Record<string, AccessKey>): string {
  const { headers, body } = asked;
  const { id, date, signedHeaders, signature, scope } = parsed(headers.authorization);
  const key = keys[id];
  if (!key) throw new Refusal(403, "The security token included in the request is invalid.");
  if (scope.join("/") !== `${region}/${service}/aws4_request`) throw new Refusal(403, "Credential should be scoped.");

  const time = String(headers["x-amz-date"]);
  if (Math.abs(Date.now() - timeOf(time)) > MINUTES * 60_000 || !time.startsWith(date)) {
    throw new Refusal(403, "Signature expired.");
  }
  if (headers["x-amz-security-token"] !== key.sessionToken) throw new Refusal(403, "The session token is wrong.");
  const needed = ["host", "x-amz-date", ...(key.sessionToken === undefined ? [] : ["x-amz-security-token"])];
  if (!needed.every((name) => signedHeaders.includes(name))) throw new Refusal(403, "A header is not signed.");

  const request = [
    asked.method,
    canonicalPath(asked.path),
    canonicalQuery(asked.query),
    ...signedHeaders.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, [date, ...scope].join("/"), sha256(request)].join("\n");
  const signingKey = [date, ...scope].reduce<string | Buffer>(hmac, `AWS4${key.secret}`);
  if (!isEqual(hmac(signingKey, text).toString("hex"), signature)) {
    throw new Refusal(403, "The request signature we calculated does not match the signature you provided.");
  }
  return id;
}

function parsed(authorization = "") {
  const shape = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w{64})$/;
  const [, id = "", date = "", scope = "", names = "", signature = ""] = shape.exec(authorization) ?? [];
  if (id === "") throw new Refusal(403, "Missing Authentication Token");
  return { id, date, scope: scope.split("/"), signedHeaders: names.split(";"), signature };
}

/** 20260102T030405Z. */
function timeOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

/** The path as it was sent, encoded once more: so it is for all services but S3. */
const canonicalPath = (path: string) => path.split("/").map(encoded).join("/");

const canonicalQuery = (query: URLSearchParams) =>
  [...query]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");

const encoded = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

const isEqual = (one: string, other: string) => timingSafeEqual(Buffer.from(one), Buffer.from(other));
