import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

/** PostgreSQL's own number of rounds. */
const ITERATIONS = 4096;

const VERIFIER = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/;
const MD5 = /^md5[0-9a-f]{32}$/;

/**
 * What PostgreSQL stores of a password. Sent in its place, the password stands in no statement, and so in no log of the
 * server. Text that is such a verifier already stays as it is.
 */
export function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(16),
  iterations: number = ITERATIONS,
): string {
  if (VERIFIER.test(password) || MD5.test(password)) return password;
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  const serverKey = hmac(salted, "Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** Whether `verifier`, as PostgreSQL stores it, is that of `password`. */
export function verifies(password: string, verifier: string): boolean {
  const [, iterations, salt] = VERIFIER.exec(verifier) ?? [];
  if (iterations === undefined || salt === undefined) return password === verifier;
  const own = Buffer.from(scramVerifier(password, Buffer.from(salt, "base64"), Number(iterations)));
  const stored = Buffer.from(verifier);
  return own.length === stored.length && timingSafeEqual(own, stored);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
