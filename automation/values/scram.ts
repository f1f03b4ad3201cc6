import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own default (`scram_iterations`). Passwords here are 256 random bits, so the count adds no strength of its own. */
const iterations = 4096;

/**
 * The verifier that PostgreSQL stores instead of a password and takes in `ALTER ROLE … PASSWORD`:
 * `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` (RFC 5802, section 3; RFC 7677; format: PostgreSQL, pg_authid).
 *
 * @param password printable ASCII, which SASLprep leaves as it is
 * @param salt 16 random bytes
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new RangeError(
      "A SCRAM verifier is made from printable ASCII only; other text would need SASLprep.",
    );
  }
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString("base64")}$${storedKey}:${serverKey}`;
}
