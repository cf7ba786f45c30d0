import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own number of rounds. */
const ITERATIONS = 4096;

/**
 * What PostgreSQL stores of a role's password (RFC 5803). Given to the server in place of the password, it leaves nothing to
 * log in with in statements, and so in logs, statistics and lists of sessions, whose settings aren't ours on every server.
 *
 * @param salt Default: one that follows from the role and the password, so that the same password gives the same verifier
 *   in each run. That is as good as any, for passwords that are random and long.
 */
export function scramVerifier(role: string, password: string, salt: Buffer = saltOf(role, password)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  const serverKey = hmac(salted, "Server Key").toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

function saltOf(role: string, password: string): Buffer {
  return hmac(Buffer.from(password), `salt of ${role}`).subarray(0, 16);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
